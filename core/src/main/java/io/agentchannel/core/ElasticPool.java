package io.agentchannel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Queue;
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
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Set<Thread> threads = new HashSet<>();
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
    Worker woken;
    lock.lock();
    try {
      if (closed) {
        throw new RejectedExecutionException("the agent has closed");
      }
      woken = idle.poll();
      if (woken == null) {
        if (threads.size() == maxThreads) {
          waiting.add(task);
        } else {
          start(task);
        }
        return;
      }
      woken.task = task;
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(woken.thread);
  }

  private void start(Runnable task) {
    Worker worker = new Worker(task);
    threads.add(worker.thread);
    worker.thread.start();
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
   * it. Does not wait: it may be called from a task.
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
    private final Thread thread;

    /** Given under the lock, and taken by the worker alone. */
    private volatile @Nullable Runnable task;

    Worker(Runnable first) {
      task = first;
      thread = factory.newThread(this);
    }

    @Override
    public void run() {
      for (Runnable next = task; next != null; next = next()) {
        task = null;
        runOne(next);
      }
    }

    private void runOne(Runnable one) {
      try {
        one.run();
      } catch (RuntimeException | Error e) {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }

    /** Waits for a task; null when it is time to go. */
    private @Nullable Runnable next() {
      lock.lock();
      try {
        Runnable queued = waiting.poll();
        if (queued != null) {
          return queued;
        }
        idle.push(this);
      } finally {
        lock.unlock();
      }
      long until = System.nanoTime() + IDLE_NANOS;
      while (true) {
        Runnable given = task;
        if (given != null) {
          return given;
        }
        long left = until - System.nanoTime();
        if (left <= 0 || closed) {
          return leave();
        }
        // An interrupt that came too late for its task is no reason not to sleep.
        if (Thread.interrupted()) {
          continue;
        }
        LockSupport.parkNanos(this, left);
      }
    }

    private @Nullable Runnable leave() {
      lock.lock();
      try {
        if (task == null) {
          idle.remove(this);
          threads.remove(thread);
        }
        return task;
      } finally {
        lock.unlock();
      }
    }
  }
}
