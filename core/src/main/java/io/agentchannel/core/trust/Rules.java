package io.agentchannel.core.trust;

import io.agentchannel.AgentId;
import io.agentchannel.core.config.Grant;
import java.util.Map;

/**
 * What everybody may call, at one moment. Immutable.
 *
 * @param grants by id; who is not there may call nothing
 * @param homeNames the agents whose keys are in the home, by name
 */
record Rules(Map<AgentId, Grant> grants, Map<String, AgentId> homeNames) {
  Rules {
    grants = Map.copyOf(grants);
    homeNames = Map.copyOf(homeNames);
  }

  Grant of(AgentId id) {
    return grants.getOrDefault(id, Grant.NONE);
  }
}
