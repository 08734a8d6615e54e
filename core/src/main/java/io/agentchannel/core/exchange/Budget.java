package io.agentchannel.core.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one peer may make this agent hold (the bytes of reassembly, windows, replay buffers and
 * stored replies of all its instances) and do (the packets that it may send). Thread-safe.
 */
public final class Budget {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long bytes;
  private final AtomicLong used = new AtomicLong();
  private final long nanosPerPacket;

  /** When the packets that have come would all be due at their rate (the GCRA of ATM). */
  private final AtomicLong paidUntil = new AtomicLong(Long.MIN_VALUE);

  /** Any number of packets. */
  public Budget(long bytes) {
    this(bytes, Integer.MAX_VALUE);
  }

  /**
   * @param packetsPerSecond as many may also come at once
   */
  public Budget(long bytes, int packetsPerSecond) {
    this.bytes = bytes;
    this.nanosPerPacket = SECOND / packetsPerSecond;
  }

  /** Counts a packet; false if there were too many. */
  boolean allowsPacket(long now) {
    while (true) {
      long before = paidUntil.get();
      long after = Math.max(before, now) + nanosPerPacket;
      if (after - now > SECOND) {
        return false;
      }
      if (paidUntil.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  /** Takes room if there is any; false leaves all as it was. */
  boolean reserve(long amount) {
    if (used.addAndGet(amount) <= bytes) {
      return true;
    }
    used.addAndGet(-amount);
    return false;
  }

  /** Takes room for what this side itself has made; it may go over, and then {@link #isFull}. */
  void force(long amount) {
    used.addAndGet(amount);
  }

  void release(long amount) {
    used.addAndGet(-amount);
  }

  boolean isFull() {
    return used.get() >= bytes;
  }

  /** Bytes in use, for leak checks. */
  public long used() {
    return used.get();
  }
}
