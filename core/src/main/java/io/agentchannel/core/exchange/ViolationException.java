package io.agentchannel.core.exchange;

import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.wire.Status;

/** The peer broke the protocol: it is told why, and its link is closed. Nobody else is harmed. */
public final class ViolationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;

  public ViolationException(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  static ViolationException outOfState(String message) {
    return new ViolationException(Code.FAILED_PRECONDITION, message);
  }

  public Code code() {
    return code;
  }

  /** What the peer is told. */
  public Status status() {
    return Status.of(code, Outcome.UNKNOWN, String.valueOf(getMessage()));
  }
}
