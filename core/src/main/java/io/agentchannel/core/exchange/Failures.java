package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;

/** How exchanges fail. */
final class Failures {
  private Failures() {}

  /** Nobody can say whether the handler ran, or how far. */
  static AgentException unknown(Code code, String why) {
    return new AgentException(code, Outcome.UNKNOWN, why);
  }

  static AgentException withOutcome(AgentException failure, Outcome outcome) {
    return failure.outcome() == outcome
        ? failure
        : new AgentException(
            failure.code(),
            outcome,
            String.valueOf(failure.getMessage()),
            failure.details(),
            failure);
  }
}
