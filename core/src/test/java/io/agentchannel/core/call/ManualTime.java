package io.agentchannel.core.call;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A clock that a test moves, and a scheduler whose tasks run as it does. Of one thread. */
final class ManualTime extends ScheduledThreadPoolExecutor {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private long now = -5_000_000_123L;
  private int scheduled;

  ManualTime() {
    super(1);
  }

  long nanoTime() {
    return now;
  }

  /** How many tasks have been scheduled since the start. */
  int scheduled() {
    return scheduled;
  }

  boolean isIdle() {
    return tasks.isEmpty();
  }

  /** Moves the clock by steps of a tick, as a scheduler that is never late would. */
  void advance(Duration time) {
    long end = now + time.toNanos();
    while (end - now > 0) {
      now = Math.min(end, now + Deadlines.TICK_NANOS);
      runScheduled();
    }
  }

  /** Moves the clock at once, as if the scheduler had been held up, and then runs it. */
  void jump(Duration time) {
    now += time.toNanos();
    runScheduled();
  }

  private void runScheduled() {
    int count = tasks.size();
    for (int i = 0; i < count; i++) {
      tasks.remove().run();
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    scheduled++;
    tasks.add(task);
    return null;
  }
}
