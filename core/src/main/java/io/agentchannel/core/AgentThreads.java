package io.agentchannel.core;

import io.agentchannel.core.link.HandshakeLane;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An agent's threads: one for timers, and virtual threads where the JVM has them, a bounded pool
 * elsewhere, for what may block. All are daemons.
 */
final class AgentThreads implements AutoCloseable {
  /** Of the pool without virtual threads; handlers that block past it wait for one another. */
  private static final int MAX_THREADS = 512;

  private static final @Nullable MethodHandle VIRTUAL = findVirtual();

  private final String prefix;
  private final ScheduledThreadPoolExecutor timers;
  private final Executor workers;
  private final Runnable stopWorkers;
  private final Executor executor;

  /**
   * @param users where handlers and completions run, or null for the workers
   */
  AgentThreads(String agent, @Nullable Executor users) {
    this.prefix = "agentchannel-" + agent;
    this.timers = new ScheduledThreadPoolExecutor(1, task -> daemon(task, prefix + "-timer"));
    timers.setRemoveOnCancelPolicy(true);
    ExecutorService virtual = newVirtualThreads();
    if (virtual != null) {
      this.workers = virtual;
      this.stopWorkers = virtual::shutdownNow;
    } else {
      AtomicInteger number = new AtomicInteger();
      ElasticPool pool =
          new ElasticPool(
              MAX_THREADS, task -> daemon(task, prefix + "-worker-" + number.incrementAndGet()));
      this.workers = pool;
      this.stopWorkers = pool::close;
    }
    this.executor = users == null ? workers : users;
  }

  ScheduledThreadPoolExecutor timers() {
    return timers;
  }

  Executor workers() {
    return workers;
  }

  Executor executor() {
    return executor;
  }

  HandshakeLane newHandshakeLane() {
    return new HandshakeLane(task -> daemon(task, prefix + "-handshakes"));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static @Nullable ExecutorService newVirtualThreads() {
    if (VIRTUAL == null) {
      return null;
    }
    try {
      return (ExecutorService) VIRTUAL.invoke();
    } catch (Throwable t) {
      throw new IllegalStateException("no virtual threads although the JVM has them", t);
    }
  }

  private static @Nullable MethodHandle findVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              java.util.concurrent.Executors.class,
              "newVirtualThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Interrupts what still runs and does not wait for it: it may be the caller. */
  @Override
  public void close() {
    timers.shutdownNow();
    stopWorkers.run();
  }
}
