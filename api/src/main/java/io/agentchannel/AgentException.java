package io.agentchannel;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this library: a {@link Code} that programs decide on, an {@link Outcome}
 * that says whether the handler ran, and a message for people.
 *
 * <p>Handlers fail a call on purpose with {@link #application(String)}. Any other exception that
 * leaves a handler reaches the caller as {@link Code#INTERNAL} with a fixed text: its message and
 * stack stay in the log of the agent that ran it.
 *
 * <p>Immutable apart from what every {@link Throwable} has.
 */
public final class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final Outcome outcome;
  private final transient Map<String, String> details;

  public AgentException(Code code, Outcome outcome, String message) {
    this(code, outcome, message, Map.of(), null);
  }

  public AgentException(Code code, Outcome outcome, String message, @Nullable Throwable cause) {
    this(code, outcome, message, Map.of(), cause);
  }

  /**
   * @param message for people; it crosses the wire, so it must hold no secret
   * @param details for programs; copied, crosses the wire
   */
  public AgentException(
      Code code,
      Outcome outcome,
      String message,
      Map<String, String> details,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.outcome = outcome;
    this.details = Map.copyOf(details);
  }

  /** A handler's own failure, {@link Code#APPLICATION}, with its own words for the caller. */
  public static AgentException application(String message) {
    return application(message, Map.of());
  }

  /** A handler's own failure with details for programs. */
  public static AgentException application(String message, Map<String, String> details) {
    return new AgentException(Code.APPLICATION, Outcome.PROCESSED, message, details, null);
  }

  public Code code() {
    return code;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** What the failing side added for programs; unmodifiable, empty if nothing. */
  public Map<String, String> details() {
    return details == null ? Map.of() : details;
  }

  @Override
  public String toString() {
    return "AgentException: " + code + " (" + outcome + "): " + getMessage();
  }
}
