package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Envelope.Open;
import io.agentchannel.core.wire.EnvelopeWriter;
import io.agentchannel.core.wire.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The envelopes of an exchange, made of where its flows stand now. */
final class Envelopes {
  /** Room for everything in an envelope but texts, maps and the body. */
  static final int HEADER = 128;

  private Envelopes() {}

  /** One with a number; what it says beside its piece is what the peer should hear anyway. */
  static Envelope sequenced(
      Exchange of, boolean mine, Piece piece, long seq, @Nullable Open open, long ttl) {
    return new Envelope(
        piece.kind(),
        mine,
        of.counter,
        seq,
        of.receive.received(),
        of.receive.announce(),
        open == null && of.attempt == 1 ? 0 : of.attempt,
        piece.last(),
        piece.more(),
        piece.more() ? piece.size() : 0,
        ttl,
        piece.contentType(),
        piece.body(),
        open,
        piece.status(),
        null,
        0);
  }

  static Envelope credit(Exchange of, boolean mine) {
    return standing(of, Kind.CREDIT, mine, 0, 0, null);
  }

  /** What has arrived, by number and by its cost, and what may come. */
  static Envelope resume(Exchange of, boolean mine) {
    return standing(of, Kind.RESUME, mine, of.attempt, of.receive.receivedBytes(), null);
  }

  static Envelope cancel(Exchange of, Status why) {
    return standing(of, Kind.CANCEL, true, of.attempt, 0, why);
  }

  private static Envelope standing(
      Exchange of, Kind kind, boolean mine, int attempt, long size, @Nullable Status status) {
    return new Envelope(
        kind,
        mine,
        of.counter,
        0,
        of.receive.received(),
        of.receive.announce(),
        attempt,
        false,
        false,
        size,
        0,
        "",
        Envelope.noBody(),
        null,
        status,
        null,
        0);
  }

  /** What an OPEN takes in a packet beyond the {@link #HEADER}, at most. */
  static int sizeOf(Open open) {
    if (open.metadata().isEmpty() && open.key() == null) {
      return open.operation().length();
    }
    return EnvelopeWriter.framedSize(
        new Envelope(
            Kind.OPEN,
            true,
            0,
            0,
            0,
            0,
            0,
            false,
            false,
            0,
            0,
            "",
            Envelope.noBody(),
            open,
            null,
            null,
            0));
  }

  /** END outside of the sequence. */
  static Envelope abort(long counter, Status status) {
    return Envelope.ofExchange(Kind.END, false, counter, status);
  }

  static boolean fits(Envelope e, int maxPacket) {
    return EnvelopeWriter.framedSize(e) <= maxPacket;
  }

  /**
   * The same with less of its status, for a packet that cannot hold it all: no details, and as much
   * of the message as certainly fits.
   */
  static Envelope shortened(Envelope e, int maxPacket) {
    Status status = e.status();
    if (status == null) {
      return e;
    }
    int chars = Math.min(status.message().length(), Math.max(0, maxPacket - HEADER) / 3);
    Status shorter =
        new Status(status.code(), status.outcome(), status.message().substring(0, chars), Map.of());
    return new Envelope(
        e.kind(),
        e.mine(),
        e.exchange(),
        e.seq(),
        e.ack(),
        e.credit(),
        e.attempt(),
        e.last(),
        e.more(),
        e.size(),
        e.ttl(),
        e.contentType(),
        e.body(),
        e.open(),
        shorter,
        e.done(),
        e.token());
  }
}
