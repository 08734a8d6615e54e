package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.core.wire.Status;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a peer is told that is refused, and how it reads it. */
final class Refusals {
  private Refusals() {}

  /** What may be said of a failure; of one that was not meant for the peer, no more than that. */
  static HandshakeException of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof HandshakeException refusal) {
      return refusal;
    }
    if (cause instanceof AgentException known) {
      return HandshakeException.refuse(known.code(), String.valueOf(known.getMessage()));
    }
    if (cause instanceof ViolationException violation) {
      return HandshakeException.refuse(violation.code(), String.valueOf(violation.getMessage()));
    }
    return cause instanceof MalformedPacketException malformed
        ? HandshakeException.refuse(Code.INVALID_ARGUMENT, String.valueOf(malformed.getMessage()))
        : HandshakeException.refuse(Code.INTERNAL, "the agent failed to decide on its peer");
  }

  /** As the first packet of a side that has the keys. */
  static Envelope asEnvelope(HandshakeException why) {
    return Envelope.goAway(
        Status.of(why.code(), Outcome.NOT_SENT, String.valueOf(why.getMessage())));
  }

  /**
   * The refusal in a peer's first packet; null if it is none.
   *
   * @param envelopes are left as they are
   */
  static @Nullable AgentException in(ByteBuffer envelopes, String remote)
      throws MalformedPacketException {
    AgentException[] refusal = new AgentException[1];
    EnvelopeReader.readPacket(
        envelopes.duplicate(),
        envelope -> {
          Status status = envelope.status();
          Code code = status == null ? null : status.code();
          if (envelope.kind() == Envelope.Kind.GOAWAY && status != null && code != null) {
            refusal[0] =
                new AgentException(code, Outcome.NOT_SENT, remote + ": " + status.message());
          }
        });
    return refusal[0];
  }
}
