package io.agentchannel.http.webhook;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;

/**
 * When a delivery is tried again: the schedule of the Standard Webhooks specification, with jitter,
 * or later if the receiver asks for that. Immutable.
 *
 * @param pauses before the second attempt and each further one
 */
record RetrySchedule(List<Duration> pauses) {
  static final RetrySchedule STANDARD =
      new RetrySchedule(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofHours(10),
              Duration.ofHours(14),
              Duration.ofHours(20),
              Duration.ofHours(24)));

  private static final double JITTER = 0.1;
  private static final long LONGEST_MILLIS = Duration.ofHours(24).toMillis();

  /** Whether there is an attempt after so many. */
  boolean hasNext(int attempts) {
    return attempts <= pauses.size();
  }

  /**
   * @param attempts made so far, one at least
   * @param asked what the receiver wants at least, or less than 0
   */
  long pauseMillis(int attempts, long asked) {
    long pause = IntervalFunction.ofRandomized(pauses.get(attempts - 1), JITTER).apply(1);
    return Math.max(pause, Math.min(LONGEST_MILLIS, asked));
  }
}
