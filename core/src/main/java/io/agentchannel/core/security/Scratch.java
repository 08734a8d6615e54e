package io.agentchannel.core.security;

import java.nio.ByteBuffer;

/**
 * A place on the heap for a packet while it is opened, one for each thread that opens packets: the
 * ciphers want arrays, transports read into memory outside of the heap, and an array that is used
 * again is still in the processor's cache.
 */
final class Scratch {
  /** Larger packets are rare, and not worth keeping the room for them. */
  private static final int MOST_KEPT = 256 * 1024;

  private static final ThreadLocal<byte[]> ROOM = ThreadLocal.withInitial(() -> new byte[0]);

  private Scratch() {}

  /** The packet on the heap, until the thread asks for the next one. */
  static ByteBuffer copyOf(ByteBuffer packet) {
    int size = packet.remaining();
    byte[] room = ROOM.get();
    if (room.length < size) {
      room = new byte[Math.max(size, Math.min(2 * room.length, MOST_KEPT))];
      if (room.length <= MOST_KEPT) {
        ROOM.set(room);
      }
    }
    packet.get(packet.position(), room, 0, size);
    return ByteBuffer.wrap(room, 0, size);
  }
}
