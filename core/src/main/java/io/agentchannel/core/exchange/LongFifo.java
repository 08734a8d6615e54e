package io.agentchannel.core.exchange;

import java.util.Arrays;

/** A queue of longs without boxes. */
final class LongFifo {
  private long[] ring = new long[4];
  private int head;
  private int size;

  void add(long value) {
    if (size == ring.length) {
      long[] larger = Arrays.copyOfRange(ring, head, head + 2 * size);
      System.arraycopy(ring, 0, larger, size - head, head);
      ring = larger;
      head = 0;
    }
    ring[(head + size) & (ring.length - 1)] = value;
    size++;
  }

  long remove() {
    long value = ring[head];
    head = (head + 1) & (ring.length - 1);
    size--;
    return value;
  }

  int size() {
    return size;
  }

  void clear() {
    head = 0;
    size = 0;
  }
}
