package io.agentchannel.mqtt;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt: twice as long each time, with jitter. Immutable. */
record Backoff(Duration first, Duration longest) {
  private static final int MAX_EXPONENT = 20;

  /**
   * @param failures in a row; 0: there is no need to wait
   */
  long millis(int failures) {
    if (failures == 0) {
      return 0;
    }
    double grown = first.toMillis() * Math.pow(2, Math.min(failures - 1, MAX_EXPONENT));
    double bounded = Math.min(grown, longest.toMillis());
    return (long) (bounded * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
  }
}
