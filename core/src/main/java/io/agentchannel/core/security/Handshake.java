package io.agentchannel.core.security;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first three packets of a link: initiator, responder, initiator, with who they are in the
 * second and the third. Not thread-safe; one for each link.
 */
public interface Handshake {

  /** The initiator's first packet; null for the responder. */
  @Nullable ByteBuffer first();

  /**
   * Takes the next packet of the peer's. It may take a millisecond of computing.
   *
   * @throws HandshakeException if it is not what the peer must say now. The handshake is then where
   *     it was: on a link into which others can write too, another packet may be tried. On others
   *     the link must be closed, after {@link #refusal} was sent if it is this side that refuses.
   */
  Step onPacket(ByteBuffer packet) throws HandshakeException;

  /** A packet that tells a peer that is not authenticated yet why it is refused. */
  ByteBuffer refusal(HandshakeException why);

  /**
   * What follows.
   *
   * @param reply to be sent; null for nothing
   * @param authenticated when the peer is; then the reply is the last packet of the handshake, and
   *     tells the peer who this agent is
   */
  record Step(@Nullable ByteBuffer reply, @Nullable Authenticated authenticated) {}

  /**
   * The end of the handshake.
   *
   * @param peer who is there
   * @param seal for all packets after those of the handshake
   * @param secret 32 bytes that the two ends know, see {@link io.agentchannel.spi.PeerProof}
   */
  record Authenticated(Hello peer, Seal seal, byte[] secret) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Authenticated[" + peer + "]";
    }
  }
}
