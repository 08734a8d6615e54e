package io.agentchannel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pool for tasks that may block: a thread for each up to a bound, and a queue past it. The thread
 * that became idle last is taken first, so that few stay warm; the JDK's pools either start all
 * their threads before they queue, or queue before they start a second. Thread-safe.
 */
final class ElasticPool implements Executor, AutoCloseable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int maxThreads;
  private final ThreadFactory factory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Set<Thread> threads = new HashSet<>();

  /** A worker was woken or started for a task and has not taken one yet. */
  private boolean calling;

  private volatile boolean closed;

  ElasticPool(int maxThreads, ThreadFactory factory) {
    this.maxThreads = maxThreads;
    this.factory = factory;
  }

  /**
   * @throws RejectedExecutionException if closed
   */
  @Override
  public void execute(Runnable task) {
    Worker called;
    lock.lock();
    try {
      if (closed) {
        throw new RejectedExecutionException("the agent has closed");
      }
      waiting.add(task);
      called = callWorkerOrForget();
    } finally {
      lock.unlock();
    }
    if (called != null) {
      LockSupport.unpark(called.thread);
    }
  }

  private @Nullable Worker callWorkerOrForget() {
    try {
      return callWorker();
    } catch (RuntimeException | Error e) {
      // No thread could be made: the caller hears of it, so the task must not run after all.
      waiting.removeLast();
      throw e;
    }
  }

  /**
   * Whom to wake for what waits; nobody while another is on its way, who will call the next. So a
   * burst of short tasks wakes as many threads as it keeps busy, and not one for each.
   */
  private @Nullable Worker callWorker() {
    if (calling || waiting.isEmpty()) {
      return null;
    }
    Worker called = idle.poll();
    if (called == null && threads.size() < maxThreads) {
      Worker started = new Worker();
      started.thread.start();
      threads.add(started.thread);
      calling = true;
      return null;
    }
    if (called != null) {
      called.called = true;
      calling = true;
    }
    return called;
  }

  int threads() {
    lock.lock();
    try {
      return threads.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Interrupts what runs and takes nothing new; what waits still runs, since somebody may wait for
   * it, but interrupted from the start. Does not wait: it may be called from a task.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      threads.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  private final class Worker implements Runnable {
    private final Thread thread = factory.newThread(this);

    /** Set under the lock when it is woken, or made, for a task; read without it when parked. */
    private volatile boolean called = true;

    @Override
    public void run() {
      for (Runnable next = next(); next != null; next = next()) {
        try {
          next.run();
        } catch (RuntimeException | Error e) {
          thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
      }
    }

    /** Waits for a task; null when it is time to go. */
    private @Nullable Runnable next() {
      while (true) {
        Worker nextOne = null;
        Runnable task;
        lock.lock();
        try {
          if (called) {
            called = false;
            calling = false;
          }
          task = waiting.poll();
          if (task == null) {
            idle.push(this);
          } else {
            nextOne = callNext();
          }
        } finally {
          lock.unlock();
        }
        if (nextOne != null) {
          LockSupport.unpark(nextOne.thread);
        }
        if (task != null) {
          if (closed) {
            thread.interrupt();
          }
          return task;
        }
        if (!awaitCall()) {
          return null;
        }
      }
    }

    private @Nullable Worker callNext() {
      try {
        return callWorker();
      } catch (OutOfMemoryError e) {
        // No thread can be made: what waits is for those that there are.
        return null;
      }
    }

    /** False when it is time to go. */
    private boolean awaitCall() {
      long until = System.nanoTime() + IDLE_NANOS;
      while (!called) {
        long left = until - System.nanoTime();
        if (left <= 0 || closed) {
          return !leave();
        }
        // An interrupt that came too late for its task is no reason not to sleep.
        if (!Thread.interrupted()) {
          LockSupport.parkNanos(this, left);
        }
      }
      return true;
    }

    private boolean leave() {
      lock.lock();
      try {
        if (called) {
          return false;
        }
        idle.remove(this);
        threads.remove(thread);
        return true;
      } finally {
        lock.unlock();
      }
    }
  }
}
