package io.agentchannel.core.exchange;

import org.junit.jupiter.api.Test;

/** Thousands of seeds of {@link Simulation}; one alone with {@code -Dsimulation.seed=N}. */
final class ExchangeSimulationTest {
  private static final long SEEDS = Long.getLong("simulation.seeds", 2000);
  private static final Long ONE = Long.getLong("simulation.seed");

  @Test
  void nothingIsLostDoubledReorderedOrLeftBehindWhateverTheLinksDo() {
    if (ONE != null) {
      run(ONE);
      return;
    }
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    try {
      Simulation.run(seed, SessionState::new);
    } catch (AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + ": to see it again\n  mvn -B test -pl core -am -Dtest=ExchangeSimulationTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
              + seed
              + "\n"
              + e.getMessage(),
          e);
    }
  }
}
