package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one sequenced envelope carries, before it has a number.
 *
 * @param size on the first piece of a message in several: the bytes of the whole message
 */
record Piece(
    Kind kind,
    String contentType,
    ByteBuffer body,
    boolean last,
    boolean more,
    long size,
    @Nullable Status status) {

  /** See {@link Envelope#cost}: END and an empty {@code last} are free. */
  long cost() {
    boolean free =
        kind == Kind.END || kind == Kind.ITEM && contentType.isEmpty() && !body.hasRemaining();
    return free ? 0 : body.remaining() + Envelope.COST;
  }

  /** The first bytes of it, with the rest to come. */
  Piece head(int bytes) {
    boolean isWhole = !more && !contentType.isEmpty();
    return new Piece(
        kind,
        contentType,
        body.slice(body.position(), bytes),
        false,
        true,
        isWhole ? body.remaining() : size,
        null);
  }

  /** What {@link #head} left. */
  Piece tail(int from) {
    ByteBuffer rest = body.slice(body.position() + from, body.remaining() - from);
    return new Piece(Kind.ITEM, "", rest, last, more, 0, status);
  }
}
