package io.agentchannel.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The bytes of the objects that are reachable now. Threads' stacks and buffers off it are not. */
final class Heap {
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  /** Less than this between two collections is nothing that still goes away. */
  private static final long STEADY = 16 * 1024;

  private static final int MAX_COLLECTIONS = 10;

  private Heap() {}

  /** Collects until it is steady: cleaners and references need more than one go. */
  static long live() {
    long before = Long.MAX_VALUE;
    long now = collect();
    for (int i = 0; i < MAX_COLLECTIONS && Math.abs(before - now) > STEADY; i++) {
      before = now;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      now = collect();
    }
    return now;
  }

  private static long collect() {
    System.gc();
    return MEMORY.getHeapMemoryUsage().getUsed();
  }
}
