package io.agentchannel.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts messages until all are there, and notices when no more of them come. Thread-safe. */
final class Arrivals {
  private static final long PATIENCE_SECONDS = 3;

  private final long expected;
  private final AtomicLong arrived = new AtomicLong();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;

  Arrivals(long expected) {
    this.expected = expected;
  }

  /**
   * @return whether it was the last one
   */
  boolean add() {
    boolean last = arrived.incrementAndGet() == expected;
    if (last) {
      done.countDown();
    }
    return last;
  }

  void fail(Throwable why) {
    failure = why;
    done.countDown();
  }

  /**
   * Waits for the last one.
   *
   * @throws StalledException when nothing has arrived for a while
   */
  void await() {
    long seen = -1;
    try {
      while (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        long now = arrived.get();
        if (now == seen) {
          throw new StalledException("nothing more came after " + now + " of " + expected);
        }
        seen = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    Throwable why = failure;
    if (why != null) {
      throw new IllegalStateException("a measured call failed", why);
    }
  }
}
