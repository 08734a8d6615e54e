package io.agentchannel.core.wire;

import java.nio.ByteBuffer;

/** The protobuf message {@code Done}: the first counter as it is, then the differences. */
final class DoneMessage {
  private static final long[] NONE = {};

  private DoneMessage() {}

  static int size(Envelope.Done done) {
    int counters = countersSize(done.counters());
    return Protobuf.numberSize(Schema.DONE_FLOOR, done.floor())
        + Protobuf.numberSize(Schema.DONE_NEXT, done.next())
        + (counters == 0 ? 0 : Protobuf.framedSize(Schema.DONE_COUNTERS, counters));
  }

  static void put(Envelope.Done done, ByteBuffer out) {
    Protobuf.putNumber(Schema.DONE_FLOOR, done.floor(), out);
    Protobuf.putNumber(Schema.DONE_NEXT, done.next(), out);
    long[] counters = done.counters();
    if (counters.length > 0) {
      Protobuf.putFrame(Schema.DONE_COUNTERS, countersSize(counters), out);
      long previous = 0;
      for (long counter : counters) {
        Protobuf.putVarint(counter - previous, out);
        previous = counter;
      }
    }
  }

  static Envelope.Done read(WireInput in) throws MalformedPacketException {
    long floor = 0;
    long next = 0;
    long[] counters = NONE;
    int outer = in.enter();
    while (in.hasMore()) {
      switch (in.field()) {
        case Schema.DONE_FLOOR -> floor = in.number();
        case Schema.DONE_NEXT -> next = in.number();
        case Schema.DONE_COUNTERS -> counters = readCounters(in);
        default -> in.skip();
      }
    }
    in.leave(outer);
    return new Envelope.Done(floor, next, counters);
  }

  private static int countersSize(long[] counters) {
    int size = 0;
    long previous = 0;
    for (long counter : counters) {
      if (counter < previous) {
        throw new IllegalArgumentException("the counters of a DONE are positive and ascend");
      }
      size += Protobuf.varintSize(counter - previous);
      previous = counter;
    }
    return size;
  }

  private static long[] readCounters(WireInput in) throws MalformedPacketException {
    int outer = in.enter();
    int count = in.countVarints();
    if (count > WireLimits.MAX_DONE_COUNTERS) {
      throw new MalformedPacketException("counters are more than " + WireLimits.MAX_DONE_COUNTERS);
    }
    long[] counters = new long[count];
    long previous = 0;
    for (int i = 0; in.hasMore(); i++) {
      previous += in.unsigned();
      if (previous < 0) {
        throw new MalformedPacketException("a counter of more than 63 bits");
      }
      counters[i] = previous;
    }
    in.leave(outer);
    return counters;
  }
}
