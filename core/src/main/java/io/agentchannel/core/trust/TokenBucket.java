package io.agentchannel.core.trust;

import java.util.function.LongSupplier;

/** So many at once, and so many a second from there on. Not thread-safe. */
final class TokenBucket {
  private final double capacity;
  private final double perNano;
  private final LongSupplier clock;
  private double tokens;
  private long filled;

  /**
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  TokenBucket(int capacity, double perSecond, LongSupplier clock) {
    this.capacity = capacity;
    this.perNano = perSecond / 1e9;
    this.clock = clock;
    this.tokens = capacity;
    this.filled = clock.getAsLong();
  }

  boolean take() {
    long now = clock.getAsLong();
    tokens = Math.min(capacity, tokens + (now - filled) * perNano);
    filled = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
