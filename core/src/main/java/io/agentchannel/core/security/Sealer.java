package io.agentchannel.core.security;

import java.nio.ByteBuffer;

/** The sending half of a {@link FrameSeal}. Not thread-safe. */
final class Sealer {
  /** Far within what one AES-GCM key may encrypt (RFC 8446, section 5.5): 2^28 blocks of it. */
  private static final long MAX_BYTES = 1L << 32;

  private final long packetsPerEpoch;
  private EpochKey key;
  private long counter;
  private long packetsLeft;
  private long bytesLeft = MAX_BYTES;

  Sealer(EpochKey key, long packetsPerEpoch) {
    this.key = key;
    this.packetsPerEpoch = packetsPerEpoch;
    this.packetsLeft = packetsPerEpoch;
  }

  void seal(ByteBuffer packet) {
    int size = packet.remaining();
    if (packetsLeft <= 0 || bytesLeft <= 0) {
      key = key.next();
      packetsLeft = packetsPerEpoch;
      bytesLeft = MAX_BYTES;
    }
    packetsLeft--;
    bytesLeft -= size;
    int at = packet.position();
    packet.putInt(at, key.epoch()).putLong(at + Integer.BYTES, counter);
    int from = packet.arrayOffset() + at + FrameSeal.HEADER;
    int length = size - FrameSeal.HEADER - Aes.TAG_BYTES;
    key.aes().encrypt(counter, packet.array(), from, length);
    counter++;
  }
}
