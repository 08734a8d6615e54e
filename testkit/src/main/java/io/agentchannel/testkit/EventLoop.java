package io.agentchannel.testkit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other, in the order they came, on one daemon thread. The thread starts
 * with the first task and ends when the loop is closed and idle; a task that comes later still gets
 * a thread, for as long as it takes. So nothing handed to the loop is ever lost or refused.
 */
final class EventLoop implements Executor {
  private static final AtomicInteger LOOPS = new AtomicInteger();

  private static final int NO_THREAD = 0;
  private static final int RUNNING = 1;
  private static final int PARKED = 2;

  private final String name = "agentchannel-memory-" + LOOPS.incrementAndGet();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger state = new AtomicInteger(NO_THREAD);
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  /** Lets the thread end once it is idle. Never blocks. */
  void close() {
    closed = true;
    if (state.compareAndSet(PARKED, RUNNING)) {
      LockSupport.unpark(thread);
    }
  }

  private void wake() {
    // Read before the exchange: while the loop is busy, which is when it matters, this costs no
    // contended write.
    int now = state.get();
    if (now == PARKED && state.compareAndSet(PARKED, RUNNING)) {
      LockSupport.unpark(thread);
    } else if (now == NO_THREAD && state.compareAndSet(NO_THREAD, RUNNING)) {
      Thread started = new Thread(this::run, name);
      started.setDaemon(true);
      thread = started;
      started.start();
    }
  }

  private void run() {
    do {
      runTasks();
    } while (awaitTask());
  }

  private void runTasks() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      try {
        task.run();
      } catch (Throwable failure) {
        // The loop serves other links too and goes on.
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, failure);
      }
    }
  }

  /** False: the thread is to end, and another may already have taken over. */
  private boolean awaitTask() {
    if (closed) {
      state.set(NO_THREAD);
      return !tasks.isEmpty() && state.compareAndSet(NO_THREAD, RUNNING);
    }
    state.set(PARKED);
    // A task added before the state changed did not see PARKED and woke nobody.
    if (!tasks.isEmpty() || closed) {
      state.compareAndSet(PARKED, RUNNING);
    }
    while (state.get() == PARKED) {
      LockSupport.park(this);
    }
    return true;
  }
}
