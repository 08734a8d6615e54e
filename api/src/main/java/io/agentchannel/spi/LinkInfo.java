package io.agentchannel.spi;

import io.agentchannel.AgentId;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a link.
 *
 * @param scheme the transport's, as in the endpoint's URI
 * @param local this end's address, for people
 * @param remote the other end's address, for people
 * @param maxPacket bytes of the largest packet; at least 1,200
 * @param path how it gets there
 * @param provenPeer the agent that the transport itself has authenticated, over a connection that
 *     it has encrypted end to end, or null: then the core does both
 */
public record LinkInfo(
    String scheme,
    String local,
    String remote,
    int maxPacket,
    Path path,
    @Nullable AgentId provenPeer) {

  /** How packets get to the peer. */
  public enum Path {
    /** Nobody in between but the network. */
    DIRECT,
    /** Through a broker, into which others can write too. */
    BROKERED,
    /** Through another agent. */
    RELAYED
  }
}
