package io.agentchannel.http.guest;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for an {@link Exchange} to go on. Thread-safe. */
final class Watcher implements Runnable {
  /** What it waits for. */
  enum Until {
    ENDED,
    /** Or an item beyond a seq. */
    MORE
  }

  private final Until until;
  private final long after;
  private final Runnable then;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable Future<?> limit;

  Watcher(Until until, long after, Runnable then) {
    this.until = until;
    this.after = after;
    this.then = then;
  }

  boolean isMet(long last, boolean done) {
    return done || until == Until.MORE && last > after;
  }

  /** Does what was asked for, the first time. */
  @Override
  public void run() {
    if (over.compareAndSet(false, true)) {
      stopLimit();
      then.run();
    }
  }

  void limit(Future<?> timer) {
    limit = timer;
    if (over.get()) {
      timer.cancel(false);
    }
  }

  void stopLimit() {
    Future<?> timer = limit;
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
