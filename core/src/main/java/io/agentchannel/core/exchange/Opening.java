package io.agentchannel.core.exchange;

import io.agentchannel.Call;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Open;
import io.agentchannel.core.wire.WireLimits;
import org.jspecify.annotations.Nullable;

/** What the OPEN of a call says, however often it is said. */
final class Opening {
  private final Call call;
  private final Open open;
  private final int bytes;

  Opening(Call call) {
    this.call = call;
    this.open = new Open(call.operation(), call.metadata(), call.key(), call.kind());
    this.bytes = Envelopes.sizeOf(open);
  }

  boolean hasOneRequest() {
    return call.kind().hasOneRequest();
  }

  boolean hasOneReply() {
    return call.kind() == Call.Kind.UNARY || call.kind() == Call.Kind.ONE_WAY;
  }

  /** What keeps it from travelling; null if nothing does. */
  @Nullable String problem() {
    return WireLimits.problemOf(open);
  }

  /** The bytes that a packet has for the content type and body beside it; may be negative. */
  int room(Attachment at) {
    return at.room(bytes);
  }

  /** As much of its piece as a packet there can hold; null if not even its beginning fits. */
  @Nullable Piece fitting(Attachment at, Piece first) {
    int room = room(at) - first.contentType().length();
    if (room < 0) {
      return null;
    }
    return first.body().remaining() <= room ? first : first.head(room);
  }

  /** With the first message, or its first piece. */
  Envelope envelope(Exchange of, Piece first) {
    Long deadline = call.deadlineNanos();
    long left = deadline == null ? 0 : (deadline - of.session.now()) / 1_000_000;
    return Envelopes.sequenced(of, true, first, 1, open, deadline == null ? 0 : Math.max(1, left));
  }
}
