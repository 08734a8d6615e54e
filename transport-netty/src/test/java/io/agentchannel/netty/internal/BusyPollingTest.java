package io.agentchannel.netty.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

/** When a thread of sockets looks for what comes, and when it sleeps. */
class BusyPollingTest {
  private static final long LONGEST = 100_000;
  private static final long SHORT = 20_000;
  private static final long LONG = 2 * LONGEST;
  private static final long LOOK = 500;

  private long now;
  private long lookNanos = LOOK;
  private long looks;
  private final BusyPolling polling = new BusyPolling(LONGEST, () -> now);

  @Test
  void anIdleThreadSleepsAtOnce() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(looksBeforeSleep(LONG)).isZero();
    }
  }

  @Test
  void shortSleepsMakeItLookLongerEachTimeUpToALimit() throws Exception {
    assertThat(looksBeforeSleep(SHORT)).isZero();
    for (long patience = BusyPolling.FIRST_NANOS; patience <= LONGEST; patience *= 2) {
      assertThat(looksBeforeSleep(0)).isEqualTo(1 + patience / LOOK);
    }

    // That was as long as it may be, and in vain.
    assertThat(looksBeforeSleep(0)).isZero();
  }

  @Test
  void whatComesWhileItLooksIsFoundWithoutASleep() throws Exception {
    beEager();

    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
    now += LOOK;
    assertThat(polling.calculateStrategy(() -> 3, false)).isEqualTo(3);
  }

  @Test
  void workOfOtherThreadsIsNotKeptWaiting() throws Exception {
    beEager();

    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
    assertThat(polling.calculateStrategy(() -> 0, true)).isZero();
  }

  @Test
  void oneLongSleepEndsTheLooking() throws Exception {
    beEager();

    looksBeforeSleep(LONG);

    assertThat(looksBeforeSleep(LONG)).isZero();
  }

  @Test
  void oneThatLosesItsProcessorWhileItLooksSleepsMoreAndMoreOften() throws Exception {
    int slept = 0;
    for (int lost = 0; lost < 6; lost++) {
      beEager();
      lookNanos = 2 * BusyPolling.AWAY_NANOS;
      assertThat(looksBeforeSleep(0)).isEqualTo(2);
      lookNanos = LOOK;

      int sleeps = 0;
      while (looksBeforeSleep(SHORT) == 0) {
        sleeps++;
      }
      assertThat(sleeps).isGreaterThan(slept);
      slept = sleeps;
    }
  }

  @Test
  void lookingThatOftenPaysMakesUpForALostProcessor() throws Exception {
    loseProcessor();
    loseProcessor();
    int after = sleepsUntilItLooks();
    for (int i = 0; i < 4 * BusyPolling.OFTEN; i++) {
      polling.calculateStrategy(() -> 0, false);
      polling.calculateStrategy(() -> 1, false);
    }
    loseProcessor();

    assertThat(sleepsUntilItLooks()).isLessThan(after);
  }

  private void loseProcessor() throws Exception {
    beEager();
    lookNanos = 2 * BusyPolling.AWAY_NANOS;
    looksBeforeSleep(0);
    lookNanos = LOOK;
  }

  private int sleepsUntilItLooks() throws Exception {
    int sleeps = 0;
    while (looksBeforeSleep(SHORT) == 0) {
      sleeps++;
    }
    return sleeps;
  }

  private void beEager() throws Exception {
    while (looksBeforeSleep(0) == 0) {
      // Until it looks.
    }
  }

  /** One wait in which nothing comes until it sleeps, and then after so long. */
  private long looksBeforeSleep(long sleep) throws Exception {
    looks = 0;
    while (polling.calculateStrategy(this::look, false) == SelectStrategy.CONTINUE) {
      // Not asleep yet.
    }
    now += sleep;
    polling.calculateStrategy(() -> 1, true);
    return looks;
  }

  private int look() {
    looks++;
    now += lookNanos;
    return 0;
  }
}
