package io.agentchannel.http.internal.link;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often a caller asks for batches: with requests that wait, or, where the network cuts those,
 * at intervals that grow while nothing moves. For one thread.
 */
final class Pacing {
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONG_SECONDS = 10;

  private final boolean isLong;
  private final long waitSeconds;
  private final long longestPauseMillis;
  private final long answerNanos;
  private final long patienceNanos;
  private long pause = FIRST_PAUSE_MILLIS;

  private Pacing(
      boolean isLong,
      long waitSeconds,
      long longestPauseMillis,
      Duration answer,
      Duration patience) {
    this.isLong = isLong;
    this.waitSeconds = waitSeconds;
    this.longestPauseMillis = longestPauseMillis;
    this.answerNanos = answer.toNanos();
    this.patienceNanos = patience.toNanos();
  }

  /**
   * @param wait for how long a request waits for a batch
   * @param answer after which a request that should be answered counts as lost
   * @param patience after which a link that only fails has ended
   */
  static Pacing waiting(Duration wait, Duration answer, Duration patience) {
    return new Pacing(true, Math.max(1, wait.toSeconds()), 0, answer, patience);
  }

  /**
   * @param most between two requests
   */
  static Pacing intervals(Duration most, Duration answer, Duration patience) {
    return new Pacing(false, 0, Math.max(1, most.toMillis()), answer, patience);
  }

  /**
   * For how long the far end lets a request wait that asks for so many seconds. Long waits end at
   * full seconds: one waking serves many links.
   */
  static long waitNanos(long seconds) {
    long nanos = TimeUnit.SECONDS.toNanos(seconds);
    return seconds < LONG_SECONDS
        ? nanos
        : nanos - Math.floorMod(System.nanoTime() + nanos, TimeUnit.SECONDS.toNanos(1));
  }

  boolean isLong() {
    return isLong;
  }

  long waitSeconds() {
    return waitSeconds;
  }

  /** Seconds that the far end may hear nothing while all is well. */
  long quietSeconds() {
    return Math.max(1, (patienceNanos / 1_000_000 + longestPauseMillis) / 1000);
  }

  long answerNanos() {
    return answerNanos;
  }

  long patienceNanos() {
    return patienceNanos;
  }

  /** Something went one way or the other: more may follow soon. */
  void moved() {
    pause = FIRST_PAUSE_MILLIS;
  }

  long nextPauseMillis() {
    long next = Math.min(pause, longestPauseMillis);
    pause = Math.min(2 * pause, longestPauseMillis);
    return next;
  }
}
