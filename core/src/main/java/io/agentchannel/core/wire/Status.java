package io.agentchannel.core.wire;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an exchange ended, as it travels. The one place where an exception becomes wire and wire
 * becomes an exception.
 *
 * @param code null: ended well
 * @param outcome whether the handler ran; {@link Outcome#PROCESSED} when it ended well
 * @param message for people; empty when there is none
 */
public record Status(
    @Nullable Code code, Outcome outcome, String message, Map<String, String> details) {
  public static final Status OK = new Status(null, Outcome.PROCESSED, "", Map.of());

  public Status {
    message = cut(message);
    details = Map.copyOf(details);
  }

  public static Status of(Code code, Outcome outcome, String message) {
    return new Status(code, outcome, message, Map.of());
  }

  public static Status of(@Nullable AgentException failure) {
    return failure == null
        ? OK
        : new Status(
            failure.code(),
            failure.outcome(),
            String.valueOf(failure.getMessage()),
            failure.details());
  }

  public boolean isOk() {
    return code == null;
  }

  /** The failure for the local side; null when it ended well. */
  public @Nullable AgentException toException() {
    return code == null ? null : new AgentException(code, outcome, message, details, null);
  }

  /**
   * The same, made to travel: without details that are beyond {@link WireLimits}, then without any
   * details, then with less of a message, until it takes at most so many bytes of a packet. What
   * programs decide on, code and outcome, stays.
   */
  public Status fitting(int maxBytes) {
    if (WireLimits.isWithinLimits(details) && StatusMessage.size(this) <= maxBytes) {
      return this;
    }
    Status bare = new Status(code, outcome, message, Map.of());
    int excess = StatusMessage.size(bare) - maxBytes;
    if (excess <= 0) {
      return bare;
    }
    int room = Math.max(0, Utf8.length(message) - excess);
    return new Status(code, outcome, Utf8.prefix(message, room), Map.of());
  }

  private static String cut(String message) {
    if (message.length() <= WireLimits.MAX_MESSAGE) {
      return message;
    }
    int end = WireLimits.MAX_MESSAGE;
    return message.substring(0, Character.isHighSurrogate(message.charAt(end - 1)) ? end - 1 : end);
  }
}
