package io.agentchannel.core.security;

import java.nio.charset.StandardCharsets;

/**
 * The key of one direction in one epoch. The next one follows from it and not the other way round:
 * who learns a key cannot read what was sent under earlier ones.
 */
final class EpochKey {
  private static final byte[] NEXT = "agentchannel next epoch".getBytes(StandardCharsets.US_ASCII);

  private final int epoch;
  private final byte[] key;
  private final Aes aes;

  private EpochKey(int epoch, byte[] key) {
    this.epoch = epoch;
    this.key = key;
    this.aes = new Aes(key);
  }

  static EpochKey first(byte[] key) {
    return new EpochKey(0, key);
  }

  EpochKey next() {
    return new EpochKey(epoch + 1, NoiseSymmetric.hmac(key, NEXT));
  }

  int epoch() {
    return epoch;
  }

  Aes aes() {
    return aes;
  }
}
