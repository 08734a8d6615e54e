package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way back to the caller: serial whoever speaks, nothing after the end, and who reads a
 * response waits here while too much of it is not taken. Thread-safe; no lock is held while the
 * caller's side is called.
 */
final class ReplyLane {
  private static final int MOST_ITEMS = 64;
  private static final long MOST_BYTES = 256 * 1024;

  private final Replies replies;
  private final Runnable onEnd;
  private final Queue<Consumer<Replies>> signals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger passing = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Integer> untaken = new ArrayDeque<>();
  private long untakenBytes;
  private volatile boolean ended;

  /** Touched only by the thread that passes signals on. */
  private boolean over;

  /**
   * @param onEnd runs before the caller is told of the end
   */
  ReplyLane(Replies replies, Runnable onEnd) {
    this.replies = replies;
    this.onEnd = onEnd;
  }

  boolean isEnded() {
    return ended;
  }

  void accepted() {
    pass(Replies::accepted);
  }

  /**
   * Passes an item on when there is room for it.
   *
   * @throws InterruptedException if the thread is to stop waiting
   */
  void item(Payload item, boolean last) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!ended && !untaken.isEmpty() && isFull()) {
        changed.await();
      }
      untaken.add(item.size());
      untakenBytes += item.size();
    } finally {
      lock.unlock();
    }
    if (last) {
      finish(to -> to.item(item, true));
    } else {
      pass(to -> to.item(item, false));
    }
  }

  private boolean isFull() {
    return untaken.size() >= MOST_ITEMS || untakenBytes >= MOST_BYTES;
  }

  void taken(int count) {
    lock.lock();
    try {
      for (int i = 0; i < count && !untaken.isEmpty(); i++) {
        untakenBytes -= untaken.remove();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The first end counts. */
  void end(@Nullable AgentException failure) {
    finish(to -> to.end(failure));
  }

  private void finish(Consumer<Replies> end) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    pass(
        to -> {
          over = true;
          onEnd.run();
          end.accept(to);
        });
  }

  private void pass(Consumer<Replies> signal) {
    signals.add(signal);
    if (passing.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Consumer<Replies> next = signals.poll(); next != null; next = signals.poll()) {
        if (!over) {
          next.accept(replies);
        }
      }
      seen = passing.addAndGet(-seen);
    } while (seen != 0);
  }
}
