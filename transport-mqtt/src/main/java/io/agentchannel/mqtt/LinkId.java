package io.agentchannel.mqtt;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** 128 random bits, the Correlation Data of all that belongs to one link. */
record LinkId(long high, long low) {
  private static final SecureRandom RANDOM = new SecureRandom();

  static LinkId random() {
    return new LinkId(RANDOM.nextLong(), RANDOM.nextLong());
  }

  /** Null if this is no link's. */
  static @Nullable LinkId of(Optional<ByteBuffer> correlationData) {
    if (correlationData.isEmpty() || correlationData.get().remaining() != 16) {
      return null;
    }
    ByteBuffer bytes = correlationData.get();
    return new LinkId(bytes.getLong(bytes.position()), bytes.getLong(bytes.position() + 8));
  }

  ByteBuffer toBytes() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).flip();
  }
}
