package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElasticPoolTest {
  private static final int THREADS = 4;

  private final Set<Thread> made = ConcurrentHashMap.newKeySet();
  private final ElasticPool pool =
      new ElasticPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "elastic");
            thread.setUncaughtExceptionHandler((where, failure) -> {});
            made.add(thread);
            return thread;
          });

  @AfterEach
  void close() throws Exception {
    pool.close();
    for (Thread thread : made) {
      thread.join(5_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void tasksPastTheBoundWaitAndAllRun() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(1000);
    for (int i = 0; i < 1000; i++) {
      pool.execute(
          () -> {
            awaitQuietly(gate);
            all.countDown();
          });
    }
    await().until(() -> pool.threads() == THREADS);

    gate.countDown();

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(made).hasSize(THREADS);
  }

  @Test
  void oneTaskAtATimeNeedsOneThread() throws Exception {
    for (int i = 0; i < 50; i++) {
      CountDownLatch done = new CountDownLatch(1);
      pool.execute(done::countDown);
      assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> made.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
    }
    assertThat(made).hasSizeLessThan(THREADS);
  }

  @Test
  void noTaskIsForgottenWhenManyCome() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    int tasks = 50_000;
    CountDownLatch all = new CountDownLatch(2 * tasks);
    Runnable producer =
        () -> {
          for (int i = 0; i < tasks; i++) {
            pool.execute(
                () -> {
                  ran.incrementAndGet();
                  all.countDown();
                });
          }
        };
    Thread first = new Thread(producer);
    Thread second = new Thread(producer);
    first.start();
    second.start();
    first.join();
    second.join();

    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).hasValue(2 * tasks);
  }

  @Test
  void aTaskThatFailsTakesNoOtherWithIt() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(50);
    for (int i = 0; i < 100; i++) {
      boolean fails = i % 2 == 0;
      pool.execute(
          () -> {
            awaitQuietly(gate);
            if (fails) {
              throw new IllegalStateException("on purpose");
            }
            all.countDown();
          });
    }

    gate.countDown();

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatWaitsWhenItClosesStillRuns() throws Exception {
    CountDownLatch started = new CountDownLatch(THREADS);
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      pool.execute(
          () -> {
            started.countDown();
            awaitQuietly(gate);
            all.countDown();
          });
    }
    assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();

    pool.close();
    gate.countDown();

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatWaitsWhenItClosesRunsInterrupted() throws Exception {
    int tasks = 4 * THREADS;
    CountDownLatch interrupted = new CountDownLatch(tasks);
    for (int i = 0; i < tasks; i++) {
      pool.execute(
          () -> {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          });
    }

    pool.close();

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aClosedPoolSaysSo() {
    pool.close();

    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }

  private static void awaitQuietly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
