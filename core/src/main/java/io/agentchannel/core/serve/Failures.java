package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a caller sees of what a handler threw, and what the log sees of it.
 *
 * <p>Only {@link AgentException#application} crosses, with its message and details. Everything
 * else, other {@link AgentException}s of the handler's own nested calls and {@link Error}s
 * included, becomes {@link Code#INTERNAL} with a fixed text, and its own text stays here.
 */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger("io.agentchannel.handlers");
  private static final int MAX_CAUSES = 8;
  private static final int MAX_TEXT = 1024;

  private Failures() {}

  /** The failure for the caller of a handler that threw; the handler counts as run to its end. */
  static AgentException ofHandler(Call call, Throwable thrown) {
    Throwable cause = unwrap(thrown);
    if (cause instanceof AgentException failure) {
      if (failure.code() == Code.APPLICATION) {
        return new AgentException(
            Code.APPLICATION,
            Outcome.PROCESSED,
            String.valueOf(failure.getMessage()),
            failure.details(),
            null);
      }
      // The runtime's own operations choose their codes; no handler of a user's has such a name.
      if (Services.isBuiltIn(call.operation())) {
        return failure;
      }
    }
    return new AgentException(
        Code.INTERNAL,
        Outcome.PROCESSED,
        "the handler failed unexpectedly; the log of its agent says more under exchange "
            + call.exchangeId());
  }

  /** Whether the caller was told everything, so that the log need not be. */
  static boolean isDeliberate(AgentException told) {
    return told.code() != Code.INTERNAL;
  }

  static void logHandler(Call call, Throwable thrown) {
    log.warn(
        "The handler of {} failed, exchange {}",
        escape(call.operation()),
        escape(call.exchangeId()),
        Logged.of(unwrap(thrown), MAX_CAUSES));
  }

  /** A handler that fails after its call was given up is the normal case: it was interrupted. */
  static void logAfterCancel(Call call, Throwable thrown) {
    if (log.isDebugEnabled()) {
      log.debug(
          "The handler of {} ended after its call was cancelled, exchange {}: {}",
          escape(call.operation()),
          escape(call.exchangeId()),
          escape(String.valueOf(unwrap(thrown))));
    }
  }

  static void logFault(String doing, Throwable thrown) {
    log.error("Unexpected failure while {}", doing, Logged.of(thrown, MAX_CAUSES));
  }

  /** On one line and of bounded length: what came from outside must not forge log lines. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(Math.min(text.length(), MAX_TEXT) + 16);
    for (int i = 0; i < text.length() && i < MAX_TEXT; i++) {
      char c = text.charAt(i);
      boolean plain =
          c >= ' ' && !Character.isISOControl(c) && c != '\\' && c != '\u2028' && c != '\u2029';
      if (plain && Character.getType(c) != Character.FORMAT) {
        escaped.append(c);
      } else {
        escaped.append(String.format("\\u%04x", (int) c));
      }
    }
    return text.length() > MAX_TEXT ? escaped.append('…').toString() : escaped.toString();
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Stands in for an exception in the log: same stack, escaped text. */
  private static final class Logged extends Throwable {
    private static final long serialVersionUID = 1L;

    private final String text;

    private Logged(String text, @Nullable Throwable cause, StackTraceElement[] stack) {
      super(null, cause, false, true);
      this.text = text;
      setStackTrace(stack);
    }

    static Logged of(Throwable thrown, int causes) {
      Throwable cause = thrown.getCause();
      return new Logged(
          escape(String.valueOf(thrown)),
          cause == null || causes == 0 ? null : of(cause, causes - 1),
          thrown.getStackTrace());
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
