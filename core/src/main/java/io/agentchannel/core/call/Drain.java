package io.agentchannel.core.call;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one piece of work again after each signal, serially and without recursion: signals that come
 * while it runs, its own included, are gathered into one more run.
 *
 * <p>Thread-safe. The work must not throw.
 */
final class Drain implements Runnable {
  private final AtomicInteger signals = new AtomicInteger();
  private final Delivery delivery;
  private final Runnable work;

  Drain(Delivery delivery, Runnable work) {
    this.delivery = delivery;
    this.work = work;
  }

  void signal() {
    if (signals.getAndIncrement() == 0) {
      delivery.run(this);
    }
  }

  /** Keeps the work from running until {@link #release}; only before the first signal. */
  void hold() {
    signals.incrementAndGet();
  }

  void release() {
    delivery.run(this);
  }

  /** For the {@link Delivery} only. */
  @Override
  public void run() {
    int seen = signals.get();
    do {
      work.run();
      seen = signals.addAndGet(-seen);
    } while (seen != 0);
  }
}
