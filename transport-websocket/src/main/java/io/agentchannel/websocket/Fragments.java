package io.agentchannel.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Joins the fragments of one message after the other, on the heap; a message in one piece stays
 * where it is. For one thread.
 */
final class Fragments {
  private static final byte[] NONE = {};

  private final int largest;
  private byte[] joined = NONE;
  private int size;

  Fragments(int largest) {
    this.largest = largest;
  }

  /** Whether a message with this fragment would be larger than allowed. */
  boolean isTooMuch(ByteBuf fragment) {
    return fragment.readableBytes() > largest - size;
  }

  /** The whole message if this was its last fragment, for as long as that is there; else null. */
  @Nullable ByteBuffer add(ByteBuf fragment, boolean last) {
    int more = fragment.readableBytes();
    if (last && size == 0) {
      return fragment.nioBuffer();
    }
    int needed = size + more;
    if (needed > joined.length) {
      joined = Arrays.copyOf(joined, Math.min(largest, Math.max(needed, 2 * joined.length)));
    }
    fragment.readBytes(joined, size, more);
    size = needed;
    if (!last) {
      return null;
    }
    ByteBuffer message = ByteBuffer.wrap(joined, 0, size);
    joined = NONE;
    size = 0;
    return message;
  }
}
