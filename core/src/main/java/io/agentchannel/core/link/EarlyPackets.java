package io.agentchannel.core.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What comes before a side is ready for it, up to a bound. Not thread-safe. */
final class EarlyPackets {
  private static final int MAX = 256;
  private static final int MAX_BYTES = 1 << 20;

  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
  private final List<ByteBuffer> opened = new ArrayList<>();
  private int bytes;

  /** A copy of the packet waits for its turn; false if there is no room. */
  boolean await(ByteBuffer packet) {
    return isRoomFor(packet) && waiting.add(copyOf(packet));
  }

  /** A packet is lent by its link, and this outlives the loan. */
  static ByteBuffer copyOf(ByteBuffer packet) {
    return ByteBuffer.allocate(packet.remaining()).put(packet).flip();
  }

  /** The first of those that wait. */
  @Nullable ByteBuffer next() {
    ByteBuffer next = waiting.poll();
    if (next != null) {
      bytes -= next.remaining();
    }
    return next;
  }

  /** The envelopes of a packet that the link will be given when it is live; false: no room. */
  boolean keep(ByteBuffer envelopes) {
    return isRoomFor(envelopes) && opened.add(envelopes);
  }

  private boolean isRoomFor(ByteBuffer packet) {
    if (waiting.size() + opened.size() == MAX || bytes + packet.remaining() > MAX_BYTES) {
      return false;
    }
    bytes += packet.remaining();
    return true;
  }

  List<ByteBuffer> kept() {
    return opened;
  }

  void clear() {
    waiting.clear();
    opened.clear();
  }
}
