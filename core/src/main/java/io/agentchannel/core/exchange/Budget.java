package io.agentchannel.core.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that one peer may make this agent hold: reassembly, windows, replay buffers and stored
 * replies of all its instances. Thread-safe.
 */
public final class Budget {
  private final long bytes;
  private final AtomicLong used = new AtomicLong();

  public Budget(long bytes) {
    this.bytes = bytes;
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
