package io.agentchannel.core.security;

import io.agentchannel.Code;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The receiving half of a {@link FrameSeal}. Not thread-safe but for the count. */
final class Opener {
  private final boolean othersWrite;
  private EpochKey key;
  private @Nullable EpochKey next;
  private long expected;
  private volatile long passedOver;

  /**
   * @param othersWrite whether what does not authenticate may be from others than the peer
   */
  Opener(EpochKey key, boolean othersWrite) {
    this.key = key;
    this.othersWrite = othersWrite;
  }

  long passedOver() {
    return passedOver;
  }

  @Nullable ByteBuffer open(ByteBuffer packet) throws HandshakeException {
    if (packet.remaining() < FrameSeal.HEADER + Aes.TAG_BYTES) {
      return damaged("is too short");
    }
    int epoch = packet.getInt(packet.position());
    long counter = packet.getLong(packet.position() + Integer.BYTES);
    if (Long.compareUnsigned(counter, expected) < 0) {
      return passOver();
    }
    boolean gap = counter != expected;
    if (gap && !othersWrite) {
      throw lost();
    }
    EpochKey of = keyOf(epoch);
    if (of == null) {
      return damaged("is of another epoch");
    }
    ByteBuffer opened = decrypt(of, counter, packet);
    if (opened == null) {
      return damaged("was changed on the way");
    }
    if (gap) {
      throw lost();
    }
    expected++;
    if (of != key) {
      key = of;
      next = null;
    }
    return opened;
  }

  private @Nullable EpochKey keyOf(int epoch) {
    if (epoch == key.epoch()) {
      return key;
    }
    if (epoch != key.epoch() + 1) {
      return null;
    }
    if (next == null) {
      next = key.next();
    }
    return next;
  }

  private static @Nullable ByteBuffer decrypt(EpochKey key, long counter, ByteBuffer packet) {
    ByteBuffer onHeap = packet.hasArray() ? packet : Scratch.copyOf(packet);
    int from = onHeap.arrayOffset() + onHeap.position() + FrameSeal.HEADER;
    int length = onHeap.remaining() - FrameSeal.HEADER;
    byte[] opened = key.aes().decrypt(counter, onHeap.array(), from, length);
    return opened == null ? null : ByteBuffer.wrap(opened);
  }

  private @Nullable ByteBuffer passOver() {
    // One thread at a time opens.
    passedOver = passedOver + 1;
    return null;
  }

  private @Nullable ByteBuffer damaged(String how) throws HandshakeException {
    if (othersWrite) {
      return passOver();
    }
    throw HandshakeException.refuse(Code.UNAUTHENTICATED, "a packet " + how);
  }

  private static HandshakeException lost() {
    return HandshakeException.refuse(Code.UNAVAILABLE, "a packet was lost on the way");
  }
}
