package io.agentchannel.core.trust;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other on threads that may block. What touches an agent's trust files
 * goes through one of these: a slow disk holds strangers up and nobody else, and takes one thread.
 * Thread-safe.
 */
final class Lane implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  /** Past this many, strangers come faster than the disk answers. */
  private static final int MAX_WAITING = 4096;

  private final Executor workers;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  Lane(Executor workers) {
    this.workers = workers;
  }

  /**
   * @throws RejectedExecutionException if the workers have ended, or too much waits
   */
  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      if (waiting.size() >= MAX_WAITING) {
        throw new RejectedExecutionException("too many tasks wait for the trust files");
      }
      waiting.add(task);
      if (running) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    try {
      workers.execute(this::runAll);
    } catch (RejectedExecutionException e) {
      lock.lock();
      try {
        running = false;
        waiting.clear();
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  private void runAll() {
    Runnable task;
    while ((task = next()) != null) {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("a task of the trust files failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Runnable task = waiting.poll();
      running = task != null;
      return task;
    } finally {
      lock.unlock();
    }
  }
}
