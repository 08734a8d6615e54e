package io.agentchannel.core.wire;

import io.agentchannel.Call;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The protobuf message {@code Open}. */
final class OpenMessage {
  private static final Call.Kind[] CALLS = Call.Kind.values();

  private OpenMessage() {}

  static int size(Envelope.Open open) {
    String key = open.key();
    return Protobuf.textSize(Schema.OPEN_OPERATION, open.operation())
        + (key == null ? 0 : Protobuf.textSize(Schema.OPEN_KEY, key))
        + Protobuf.numberSize(Schema.OPEN_CALL, numberOf(open.call()))
        + StringEntries.size(Schema.OPEN_METADATA, open.metadata());
  }

  static void put(Envelope.Open open, ByteBuffer out) {
    Protobuf.putText(Schema.OPEN_OPERATION, open.operation(), out);
    String key = open.key();
    if (key != null) {
      Protobuf.putText(Schema.OPEN_KEY, key, out);
    }
    Protobuf.putNumber(Schema.OPEN_CALL, numberOf(open.call()), out);
    StringEntries.put(Schema.OPEN_METADATA, open.metadata(), out);
  }

  static Envelope.Open read(WireInput in) throws MalformedPacketException {
    String operation = "";
    String key = null;
    Call.Kind call = null;
    StringEntries metadata = null;
    int outer = in.enter();
    while (in.hasMore()) {
      switch (in.field()) {
        case Schema.OPEN_OPERATION -> operation = in.text("operation", WireLimits.MAX_OPERATION);
        case Schema.OPEN_KEY -> key = in.text("key", WireLimits.MAX_KEY);
        case Schema.OPEN_CALL -> call = callOf(in.number());
        case Schema.OPEN_METADATA -> {
          if (metadata == null) {
            metadata = new StringEntries("metadata");
          }
          metadata.read(in);
        }
        default -> in.skip();
      }
    }
    in.leave(outer);
    return checked(
        new Envelope.Open(operation, metadata == null ? Map.of() : metadata.toMap(), key, call));
  }

  static Envelope.Open checked(Envelope.Open open) throws MalformedPacketException {
    String problem = WireLimits.problemOf(open);
    if (problem != null) {
      throw new MalformedPacketException(problem);
    }
    return open;
  }

  static int numberOf(Call.@Nullable Kind call) {
    if (call == null) {
      return 0;
    }
    return switch (call) {
      case UNARY -> 1;
      case STREAMING -> 2;
      case DUPLEX -> 3;
      case ONE_WAY -> 4;
    };
  }

  private static Call.@Nullable Kind callOf(long number) throws MalformedPacketException {
    if (number == 0) {
      return null;
    }
    for (Call.Kind call : CALLS) {
      if (numberOf(call) == number) {
        return call;
      }
    }
    throw new MalformedPacketException("an unknown kind of call");
  }
}
