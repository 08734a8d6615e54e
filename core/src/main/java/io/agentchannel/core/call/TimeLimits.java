package io.agentchannel.core.call;

import io.agentchannel.Call;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits that a call starts with, on the clock of {@link System#nanoTime}. They are in the
 * {@link Call} from the first interceptor on, each of which may see or change them; the {@link
 * DeadlineInterceptor} enforces what is left of them at the end.
 */
record TimeLimits(@Nullable Long deadlineNanos, @Nullable Long acceptNanos) {
  /** Far enough to be never, near enough that sums with the clock can be compared. */
  private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE / 4);

  static TimeLimits of(Call.Kind kind, @Nullable Duration timeout, Duration defaultTimeout) {
    if (timeout != null) {
      return new TimeLimits(in(timeout), null);
    }
    boolean single = kind == Call.Kind.UNARY || kind == Call.Kind.ONE_WAY;
    Long limit = in(defaultTimeout);
    return single ? new TimeLimits(limit, null) : new TimeLimits(null, limit);
  }

  private static Long in(Duration time) {
    Duration bounded = time.compareTo(NEVER) < 0 ? time : NEVER;
    return System.nanoTime() + bounded.toNanos();
  }
}
