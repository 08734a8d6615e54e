package io.agentchannel.core.exchange;

import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A message that arrives in pieces. Their bytes are copied together at once: what is announced of
 * its size is only believed as far as it has come true, and no piece keeps its packet alive.
 */
final class Joining {
  /** A view may keep this many times its own cost alive before it is worth a copy. */
  private static final int KEPT_ALIVE = 8;

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final String contentType;
  private final long announced;
  private byte[] bytes = {};
  private int size;
  private long cost;

  /**
   * @param announced the size of the whole message as the sender tells it, or 0
   */
  Joining(String contentType, long announced) {
    this.contentType = contentType;
    this.announced = announced;
  }

  void add(ByteBuffer piece, long cost) {
    int count = piece.remaining();
    int needed = size + count;
    if (needed > bytes.length) {
      long doubled = Math.max(needed, Math.min(2L * bytes.length, MAX_ARRAY));
      bytes =
          Arrays.copyOf(bytes, (int) (needed > announced ? doubled : Math.min(doubled, announced)));
    }
    piece.get(piece.position(), bytes, size, count);
    size = needed;
    this.cost += cost;
  }

  long size() {
    return size;
  }

  /** What its pieces have cost so far. */
  long cost() {
    return cost;
  }

  Payload toPayload() {
    return Payload.of(contentType, ByteBuffer.wrap(bytes, 0, size));
  }

  /**
   * The body of a message in one piece, to be kept: a copy if it is a small view of a large packet,
   * of which a peer could make many.
   */
  static ByteBuffer own(ByteBuffer body) {
    long kept = body.hasArray() ? body.array().length : Envelope.MAX_BODY;
    if (kept <= KEPT_ALIVE * ((long) body.remaining() + Envelope.COST)) {
      return body;
    }
    ByteBuffer copy = ByteBuffer.allocate(body.remaining());
    return copy.put(0, body, body.position(), body.remaining());
  }
}
