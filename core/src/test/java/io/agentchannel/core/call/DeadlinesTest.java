package io.agentchannel.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final ManualTime time = new ManualTime();
  private final Deadlines deadlines = new Deadlines(time, time::nanoTime);

  private final class Alarm extends Deadlines.Timer {
    final long due;
    final long madeAt = time.nanoTime();
    int rung;
    long rangAt;

    Alarm(long due) {
      this.due = due;
    }

    @Override
    protected void expired() {
      rung++;
      rangAt = time.nanoTime();
    }
  }

  @Test
  void timerExpiresOnceNeverEarlyAndAtMostATickLate() {
    Random random = new Random(42);
    List<Alarm> alarms = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      // Up to three turns of the wheel, and some that are due already.
      Alarm alarm = new Alarm(time.nanoTime() + random.nextLong(-10, 31_000) * 1_000_000);
      alarms.add(alarm);
      deadlines.add(alarm, alarm.due);
      time.advance(Duration.ofMillis(random.nextInt(5)));
    }
    time.advance(Duration.ofSeconds(40));
    assertThat(alarms)
        .allSatisfy(
            alarm -> {
              assertThat(alarm.rung).isOne();
              assertThat(alarm.rangAt).isGreaterThanOrEqualTo(alarm.due);
              // One tick is the wheel's, the other is how far the clock of this test moves at once.
              assertThat(alarm.rangAt - Math.max(alarm.due, alarm.madeAt))
                  .isLessThan(2 * Deadlines.TICK_NANOS);
            });
    assertThat(deadlines.size()).isZero();
  }

  @Test
  void removedTimerNeverExpires() {
    Alarm alarm = add(Duration.ofMillis(100));
    Alarm other = add(Duration.ofMillis(100));
    assertThat(deadlines.remove(alarm)).isTrue();
    assertThat(deadlines.remove(alarm)).isFalse();
    time.advance(Duration.ofSeconds(30));
    assertThat(alarm.rung).isZero();
    assertThat(other.rung).isOne();
  }

  @Test
  void timersOfOneBucketAreToldApartByTheirTurn() {
    Duration turn = Duration.ofNanos(Deadlines.TICK_NANOS * Deadlines.BUCKETS);
    Alarm soon = add(Duration.ofMillis(500));
    Alarm later = add(Duration.ofMillis(500).plus(turn));
    time.advance(Duration.ofMillis(520));
    assertThat(soon.rung).isOne();
    assertThat(later.rung).isZero();
    time.advance(turn);
    assertThat(later.rung).isOne();
  }

  @Test
  void addingAgainMovesATimer() {
    Alarm alarm = add(Duration.ofMillis(100));
    deadlines.add(alarm, time.nanoTime() + Duration.ofSeconds(5).toNanos());
    assertThat(deadlines.size()).isOne();
    time.advance(Duration.ofSeconds(4));
    assertThat(alarm.rung).isZero();
    time.advance(Duration.ofSeconds(2));
    assertThat(alarm.rung).isOne();
  }

  @Test
  void heldUpSchedulerCatchesUpOverWholeTurns() {
    Alarm first = add(Duration.ofMillis(100));
    Alarm second = add(Duration.ofSeconds(50));
    Alarm third = add(Duration.ofSeconds(200));
    time.jump(Duration.ofSeconds(100));
    assertThat(first.rung).isOne();
    assertThat(second.rung).isOne();
    assertThat(third.rung).isZero();
    time.advance(Duration.ofSeconds(101));
    assertThat(third.rung).isOne();
  }

  @Test
  void nothingTicksWhileNothingIsRegistered() {
    assertThat(time.scheduled()).isZero();
    deadlines.remove(add(Duration.ofSeconds(5)));
    time.advance(Duration.ofMillis(20));
    assertThat(time.isIdle()).isTrue();

    time.jump(Duration.ofHours(3));
    int before = time.scheduled();
    Alarm alarm = add(Duration.ofMillis(30));
    time.advance(Duration.ofMillis(50));
    assertThat(alarm.rung).isOne();
    assertThat(time.isIdle()).isTrue();
    assertThat(time.scheduled() - before).isLessThanOrEqualTo(5);
  }

  @Test
  void manyTimersShareOneTask() {
    for (int i = 0; i < 1_000; i++) {
      add(Duration.ofSeconds(1));
    }
    assertThat(time.scheduled()).isOne();
  }

  @Test
  void timerThatThrowsDoesNotStopTheOthers() {
    Deadlines.Timer bad =
        new Deadlines.Timer() {
          @Override
          protected void expired() {
            throw new IllegalStateException("on purpose");
          }
        };
    Alarm before = add(Duration.ofMillis(50));
    deadlines.add(bad, time.nanoTime() + Duration.ofMillis(50).toNanos());
    Alarm after = add(Duration.ofMillis(50));
    time.advance(Duration.ofMillis(100));
    assertThat(before.rung).isOne();
    assertThat(after.rung).isOne();
  }

  @Test
  void threadsMayAddAndRemoveAtOnce() throws Exception {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      Deadlines real = new Deadlines(scheduler);
      AtomicInteger expired = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 5_000; i++) {
                    Deadlines.Timer timer =
                        new Deadlines.Timer() {
                          @Override
                          protected void expired() {
                            expired.incrementAndGet();
                          }
                        };
                    boolean kept = i % 10 == 0;
                    real.add(timer, System.nanoTime() + (kept ? 0 : TimeUnit.HOURS.toNanos(1)));
                    if (!kept) {
                      assertThat(real.remove(timer)).isTrue();
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      await().until(() -> expired.get() == 2_000);
      assertThat(real.size()).isZero();
    } finally {
      scheduler.shutdownNow();
      assertThat(scheduler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void addingAfterTheSchedulerIsShutDownIsHarmless() {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    scheduler.shutdownNow();
    Deadlines late = new Deadlines(scheduler);
    Alarm alarm = new Alarm(0);
    late.add(alarm, late.nanoTime());
    assertThat(late.remove(alarm)).isTrue();
  }

  private Alarm add(Duration in) {
    Alarm alarm = new Alarm(time.nanoTime() + in.toNanos());
    deadlines.add(alarm, alarm.due);
    return alarm;
  }
}
