package io.agentchannel.core.config;

import io.agentchannel.AgentId;
import java.util.Map;

/**
 * Which agents may call, as far as the configuration says. Immutable.
 *
 * @param allow what these may call, whatever the policy
 */
public record TrustRules(Policy policy, Map<AgentId, Grant> allow) {

  public TrustRules {
    allow = Map.copyOf(allow);
  }

  /** What becomes of callers that no rule allows. */
  public enum Policy {
    /** They are refused, and remembered until somebody approves them. */
    ASK,
    /** They are refused. */
    ALLOW,
    /** Every agent that proves its id may call everything. */
    OPEN
  }
}
