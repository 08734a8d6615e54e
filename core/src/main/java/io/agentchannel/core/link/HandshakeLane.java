package io.agentchannel.core.link;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread for the handshakes of everybody who connects, known or not: a flood of them keeps that
 * thread busy, and no link that exists. When more wait than is sensible, the oldest is dropped.
 *
 * <p>Thread-safe.
 */
public final class HandshakeLane implements Cryptography, AutoCloseable {
  private static final int MAX_WAITING = 256;
  private static final int IDLE_SECONDS = 5;

  private final ThreadPoolExecutor thread;

  private record Task(Runnable work, Runnable dropped) implements Runnable {
    @Override
    public void run() {
      work.run();
    }
  }

  /** The thread is made when there is something to do. */
  public HandshakeLane(ThreadFactory threads) {
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            threads,
            HandshakeLane::dropOldest);
    thread.allowCoreThreadTimeOut(true);
  }

  private static void dropOldest(Runnable task, ThreadPoolExecutor full) {
    if (full.isShutdown()) {
      throw new RejectedExecutionException("the agent has closed");
    }
    if (full.getQueue().poll() instanceof Task oldest) {
      oldest.dropped().run();
    }
    full.execute(task);
  }

  @Override
  public void run(Runnable work, Runnable dropped) {
    thread.execute(new Task(work, dropped));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
