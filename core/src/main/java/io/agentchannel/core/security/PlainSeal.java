package io.agentchannel.core.security;

import java.nio.ByteBuffer;

/** No seal: packets are as they are. */
final class PlainSeal implements Seal {
  static final PlainSeal INSTANCE = new PlainSeal();

  private PlainSeal() {}

  @Override
  public int headroom() {
    return 0;
  }

  @Override
  public int tailroom() {
    return 0;
  }

  @Override
  public void seal(ByteBuffer packet) {
    // Nothing to add.
  }

  @Override
  public ByteBuffer open(ByteBuffer packet) {
    return ByteBuffer.allocate(packet.remaining()).put(packet).flip();
  }

  @Override
  public long passedOver() {
    return 0;
  }
}
