package io.agentchannel.core.security;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first three packets of a link: initiator, responder, initiator, with who they are in the
 * second and the third, as in Noise XX. Not thread-safe; one for each link.
 */
public interface Handshake {

  /** The initiator's first packet; null for the responder. */
  @Nullable ByteBuffer first();

  /**
   * Takes the next packet of the peer's.
   *
   * @throws HandshakeException the link must be closed, after {@link #refusal} was sent if it is
   *     this side that refuses
   */
  Step onPacket(ByteBuffer packet) throws HandshakeException;

  /** A packet that tells the peer why it is refused. */
  ByteBuffer refusal(HandshakeException why);

  /**
   * What follows.
   *
   * @param reply to be sent first; null for nothing
   * @param peer who is there, when the handshake is complete; null before
   * @param seal for all packets after these, when complete
   */
  record Step(@Nullable ByteBuffer reply, @Nullable Hello peer, @Nullable Seal seal) {}
}
