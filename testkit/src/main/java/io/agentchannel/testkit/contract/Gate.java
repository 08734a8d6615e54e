package io.agentchannel.testkit.contract;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Where handlers wait until the test lets them go on; it sees how many came, and who was woken. */
final class Gate {
  private final CountDownLatch opened = new CountDownLatch(1);
  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicInteger interrupts = new AtomicInteger();

  void pass() throws InterruptedException {
    arrivals.incrementAndGet();
    try {
      opened.await();
    } catch (InterruptedException interrupted) {
      interrupts.incrementAndGet();
      throw interrupted;
    }
  }

  void open() {
    opened.countDown();
  }

  int arrivals() {
    return arrivals.get();
  }

  void awaitArrivals(int count) {
    Conditions.awaitThat(count + " at the gate", () -> arrivals.get() >= count);
  }

  void awaitInterrupts(int count) {
    Conditions.awaitThat(count + " interrupted at the gate", () -> interrupts.get() >= count);
  }
}
