package io.agentchannel.http.internal.link;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Packets of a link that wait for something to carry them. Any thread adds; the link's event loop
 * takes.
 */
final class Outlet {
  /** Past this the link is not ready. */
  static final int HIGH = 256 * 1024;

  /** Past this the link breaks: its user does not look at whether it is ready. */
  private static final int BOUND = 4 * 1024 * 1024;

  private final Queue<ByteBuffer> packets = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private long lastNumber;

  void add(ByteBuffer packet) {
    bytes.addAndGet(packet.remaining());
    packets.add(packet);
  }

  boolean isEmpty() {
    return packets.isEmpty();
  }

  boolean isHigh() {
    return bytes.get() >= HIGH;
  }

  boolean isOverBound() {
    return bytes.get() > BOUND;
  }

  /** What waits, or as much of it as travels together; null if nothing does. */
  @Nullable Batch next() {
    if (packets.isEmpty()) {
      return null;
    }
    List<ByteBuffer> together = new ArrayList<>();
    int size = 0;
    for (ByteBuffer packet = packets.poll(); packet != null; packet = packets.poll()) {
      together.add(packet);
      size += packet.remaining();
      if (size >= Batch.ENOUGH) {
        break;
      }
    }
    bytes.addAndGet(-size);
    return new Batch(++lastNumber, Batch.join(together));
  }

  /** What comes next is the first batch of another carrier. */
  void restart() {
    lastNumber = 0;
  }

  void clear() {
    packets.clear();
  }
}
