package io.agentchannel.core.security;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Packets as authenticated and encrypted frames: the epoch in four bytes and the packet's number in
 * eight, in clear; then the ciphertext and its tag. Neither of the two can be changed, without
 * being authenticated a second time: the epoch says which key it was, the number is the nonce. Each
 * direction has keys of its own. A packet that comes again is passed over; one that is missing ends
 * the link.
 *
 * <p>Where others can write into the link, what does not authenticate is passed over as well, and
 * only an authentic number can show that one is missing. Elsewhere it ends the link.
 */
final class FrameSeal implements Seal {
  /** Epoch and number. */
  static final int HEADER = Integer.BYTES + Long.BYTES;

  /** After this many packets the sender goes on to the next epoch's key. */
  private static final long PACKETS_PER_EPOCH = 1L << 20;

  private final Sealer sealer;
  private final Opener opener;

  /**
   * @param keys for sending and for receiving, 32 bytes each
   * @param othersWrite whether others than the peer can write into the link
   */
  FrameSeal(byte[][] keys, boolean othersWrite) {
    this(keys, othersWrite, PACKETS_PER_EPOCH);
  }

  FrameSeal(byte[][] keys, boolean othersWrite, long packetsPerEpoch) {
    this.sealer = new Sealer(EpochKey.first(keys[0]), packetsPerEpoch);
    this.opener = new Opener(EpochKey.first(keys[1]), othersWrite);
  }

  @Override
  public int headroom() {
    return HEADER;
  }

  @Override
  public int tailroom() {
    return Aes.TAG_BYTES;
  }

  @Override
  public void seal(ByteBuffer packet) {
    sealer.seal(packet);
  }

  @Override
  public @Nullable ByteBuffer open(ByteBuffer packet) throws HandshakeException {
    return opener.open(packet);
  }

  @Override
  public long passedOver() {
    return opener.passedOver();
  }
}
