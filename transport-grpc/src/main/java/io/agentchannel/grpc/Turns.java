package io.agentchannel.grpc;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Brings the steps of a link to its event loop, one after the other. gRPC takes most of them there
 * already; those that it takes elsewhere, while a call finds its connection, are queued, and what
 * follows does not overtake them. Thread-safe.
 */
final class Turns {
  private final EventLoop loop;
  private final Consumer<RuntimeException> onFailure;

  /** Steps of gRPC's that wait for their turn. */
  private final AtomicInteger queued = new AtomicInteger();

  /**
   * @param onFailure told on the event loop when a step has thrown
   */
  Turns(EventLoop loop, Consumer<RuntimeException> onFailure) {
    this.loop = loop;
    this.onFailure = onFailure;
  }

  /** Whether a step of gRPC's may run here and now. */
  boolean isNow() {
    return loop.inEventLoop() && queued.get() == 0;
  }

  /** A step of gRPC's: in place where it may. */
  void take(Runnable step) {
    if (isNow()) {
      run(step);
      return;
    }
    queued.incrementAndGet();
    later(
        () -> {
          queued.decrementAndGet();
          step.run();
        });
  }

  /** Never in place. False if the event loop has ended; then the connection has, too. */
  boolean later(Runnable step) {
    try {
      loop.execute(() -> run(step));
      return true;
    } catch (RejectedExecutionException shutDown) {
      return false;
    }
  }

  private void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException failure) {
      onFailure.accept(failure);
    }
  }
}
