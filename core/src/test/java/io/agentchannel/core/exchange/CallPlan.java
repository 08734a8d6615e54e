package io.agentchannel.core.exchange;

import io.agentchannel.Call;
import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What both sides of one simulated call will do. Messages are slices of one array of noise, so that
 * both sides can tell the right bytes without sending them around.
 *
 * @param requests sizes of the messages to the handler
 * @param replies sizes of those to the caller
 * @param lastInItem the final message says that it is the last; otherwise an empty end follows
 * @param fails the handler ends with an error after its replies
 * @param early the handler does not wait for the caller's last message
 * @param cancelAfter nanoseconds after which the caller cancels; negative: never
 * @param pace the most nanoseconds between two messages of one side
 * @param takeAfter the most nanoseconds for which a consumer holds a message
 */
record CallPlan(
    int id,
    Call.Kind kind,
    int[] requests,
    int[] replies,
    boolean lastInItem,
    boolean fails,
    boolean early,
    long cancelAfter,
    long pace,
    long takeAfter) {
  private static final byte[] NOISE = new byte[1 << 19];

  static {
    new SplittableRandom(7).nextBytes(NOISE);
  }

  static CallPlan random(int id, Chance chance, int window, boolean cancels) {
    Call.Kind kind = Call.Kind.values()[chance.between(0, 3)];
    int requests = kind == Call.Kind.DUPLEX ? chance.oneOf(0, 1, 3, 12) : 1;
    int replies =
        switch (kind) {
          case UNARY -> 1;
          case STREAMING, DUPLEX -> chance.oneOf(0, 1, 3, 20);
          case ONE_WAY -> 0;
        };
    return new CallPlan(
        id,
        kind,
        sizes(requests, chance, window),
        sizes(replies, chance, window),
        chance.oneIn(2),
        chance.oneIn(8),
        chance.oneIn(4),
        cancels && chance.oneIn(6) ? chance.millis(0, 2000) : -1,
        chance.oneIn(2) ? 0 : chance.millis(0, 100),
        chance.oneIn(2) ? 0 : chance.millis(0, 200));
  }

  private static int[] sizes(int count, Chance chance, int window) {
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = chance.messageSize(window);
    }
    return sizes;
  }

  Payload request(int index) {
    return message(2L * id, index, requests[index]);
  }

  Payload reply(int index) {
    return message(2L * id + 1, index, replies[index]);
  }

  @Override
  public String toString() {
    return "call "
        + id
        + " "
        + kind
        + " of "
        + Arrays.toString(requests)
        + " for "
        + Arrays.toString(replies)
        + (fails ? " fails" : "")
        + (early ? " early" : "");
  }

  private static Payload message(long direction, int index, int size) {
    int offset = (int) ((direction * 7919 + index * 104_729L) % (NOISE.length - size));
    return Payload.of(Payload.BYTES, ByteBuffer.wrap(NOISE, offset, size));
  }
}
