package io.agentchannel.core.config;

import io.agentchannel.AgentId;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer as the configuration names it. Immutable.
 *
 * @param id null if it is not pinned
 * @param at the endpoints to reach it at, in order of preference; empty if it is expected to come
 */
public record PeerSettings(@Nullable AgentId id, List<URI> at) {

  public PeerSettings {
    at = List.copyOf(at);
  }
}
