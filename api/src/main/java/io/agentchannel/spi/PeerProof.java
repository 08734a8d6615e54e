package io.agentchannel.spi;

import io.agentchannel.AgentId;

/**
 * Who is at the other end of a link, as the handshake has shown.
 *
 * @param id proven by its signature
 * @param greeting what its transport said with {@link Link#greeting}; may be empty
 * @param secret 32 bytes that the two ends of this link know and nobody else, for what a transport
 *     must authenticate outside of its packets; never used for the packets themselves
 */
public record PeerProof(AgentId id, byte[] greeting, byte[] secret) {

  /** The id; never the secret. */
  @Override
  public String toString() {
    return "PeerProof[" + id + "]";
  }
}
