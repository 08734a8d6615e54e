package io.agentchannel.core.exchange;

import java.util.Arrays;

/**
 * The counters whose replies this opener has, on their way to the responder that keeps those
 * replies: sent together, and early when much is kept.
 */
final class DoneBatch {
  static final int MAX_COUNTERS = 1024;
  private static final int MANY = 32;
  private static final long MUCH = 64 << 10;
  private static final long OLD_NANOS = 50_000_000;

  private long[] counters = new long[MANY];
  private int size;
  private long bytes;
  private long oldest;

  void add(long counter, long replyBytes, long now) {
    if (size == 0) {
      oldest = now;
    }
    if (size == counters.length) {
      counters = Arrays.copyOf(counters, 2 * size);
    }
    counters[size++] = counter;
    bytes += replyBytes;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Worth an envelope even if nothing else goes out. */
  boolean isUrgent() {
    return size >= MANY || bytes >= MUCH;
  }

  /** Worth an envelope in a packet. */
  boolean isDue(long now) {
    return isUrgent() || size > 0 && now - oldest >= OLD_NANOS;
  }

  /**
   * The counters at or above the floor, ascending, no more than {@link #MAX_COUNTERS} and {@code
   * most}; the floor says the rest. What is left over stays.
   */
  long[] take(long floor, int most) {
    int above = 0;
    for (int i = 0; i < size; i++) {
      if (counters[i] >= floor) {
        counters[above++] = counters[i];
      }
    }
    Arrays.sort(counters, 0, above);
    int count = Math.min(above, Math.min(most, MAX_COUNTERS));
    long[] taken = Arrays.copyOf(counters, count);
    size = above - count;
    System.arraycopy(counters, count, counters, 0, size);
    bytes = 0;
    return taken;
  }
}
