package io.agentchannel.testkit.contract;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waiting for what shall become true. */
final class Conditions {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Conditions() {}

  /**
   * @throws org.awaitility.core.ConditionTimeoutException after ten seconds
   */
  static void awaitThat(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(PATIENCE)
        .until(condition);
  }
}
