package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.DirectSection;
import org.jspecify.annotations.Nullable;

/** The failures that this side makes, and the copies that are thrown to waiting callers. */
final class Failures {
  private Failures() {}

  /**
   * The same failure with the stack of the thread that throws it: the original was made where the
   * packet arrived, which says nothing about who waited for it. It stays as the cause.
   */
  static AgentException here(AgentException original) {
    return copy(original, original.outcome());
  }

  static AgentException withOutcome(AgentException original, Outcome outcome) {
    return original.outcome() == outcome ? original : copy(original, outcome);
  }

  private static AgentException copy(AgentException original, Outcome outcome) {
    return new AgentException(
        original.code(), outcome, message(original), original.details(), original);
  }

  static AgentException cancelled(String message) {
    return new AgentException(Code.CANCELLED, Outcome.UNKNOWN, message);
  }

  /** Why the peer is told to stop when the waiting thread was interrupted. */
  static AgentException interrupted(String operation) {
    return cancelled("the thread that waited for " + operation + " was interrupted");
  }

  /** What that thread throws: always a cancellation, with the outcome that the call really had. */
  static AgentException interrupted(String operation, AgentException end) {
    return new AgentException(
        Code.CANCELLED,
        end.outcome(),
        "the thread that waited for " + operation + " was interrupted",
        end);
  }

  static AgentException notSent(Code code, String message) {
    return new AgentException(code, Outcome.NOT_SENT, message);
  }

  /**
   * {@link DirectSection#requireMayBlock} for a call that is under way, of which nobody can say
   * that its handler did not run.
   */
  static void requireMayWait(String what) {
    try {
      DirectSection.requireMayBlock(what);
    } catch (AgentException e) {
      throw withOutcome(e, Outcome.UNKNOWN);
    }
  }

  static String message(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null ? String.valueOf(failure) : message;
  }
}
