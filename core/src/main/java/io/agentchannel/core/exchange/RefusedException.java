package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;

/** This exchange asks for more than it may have; the link and all others are unharmed. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;

  RefusedException(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  AgentException toAgentException(Outcome outcome) {
    return new AgentException(code, outcome, String.valueOf(getMessage()));
  }
}
