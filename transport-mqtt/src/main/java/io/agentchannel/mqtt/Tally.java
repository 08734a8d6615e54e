package io.agentchannel.mqtt;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what does not get to where it should, and says so in the log at the first of them, at the
 * tenth, the hundredth and so on: whoever causes it is not to fill the log as well. Thread-safe.
 */
final class Tally {
  private static final Logger log = LoggerFactory.getLogger(Tally.class);

  private final Endpoint broker;
  private final String what;
  private final long least;
  private final AtomicLong count = new AtomicLong();

  /**
   * @param what is counted, for people
   * @param least that are worth a line; fewer happen to everybody
   */
  Tally(Endpoint broker, String what, long least) {
    this.broker = broker;
    this.what = what;
    this.least = least;
  }

  /**
   * @param why for people, in one line
   */
  void add(String why) {
    long now = count.incrementAndGet();
    if (now >= least && isPowerOfTen(now)) {
      log.warn("{}: {}: {} so far ({})", broker, what, now, why);
    }
  }

  private static boolean isPowerOfTen(long number) {
    long power = 1;
    while (power < number) {
      power *= 10;
    }
    return power == number;
  }

  /** How many there were, for people; null if there were none. */
  @Nullable String note() {
    long now = count.get();
    return now == 0 ? null : what + ": " + now;
  }
}
