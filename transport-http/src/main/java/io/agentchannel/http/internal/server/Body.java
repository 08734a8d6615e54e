package io.agentchannel.http.internal.server;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Joins the parts of a body. It grows with what has really come, not with what was announced. */
final class Body {
  private static final byte[] NONE = {};

  private final int most;
  private byte[] joined = NONE;
  private int size;

  Body(int most) {
    this.most = most;
  }

  int most() {
    return most;
  }

  /** False if it would be larger than allowed. */
  boolean add(ByteBuf part) {
    int more = part.readableBytes();
    if (more > most - size) {
      return false;
    }
    if (size + more > joined.length) {
      joined = Arrays.copyOf(joined, size == 0 ? more : Math.min(most, 2 * (size + more)));
    }
    part.readBytes(joined, size, more);
    size += more;
    return true;
  }

  byte[] toByteArray() {
    return joined.length == size ? joined : Arrays.copyOf(joined, size);
  }
}
