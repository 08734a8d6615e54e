package io.agentchannel.http.internal.link;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets that travel together, each after its length in four bytes. A batch is repeated as it is
 * until it is acknowledged.
 *
 * @param number its place in its direction, from 1
 */
record Batch(long number, byte[] bytes) {
  /** Past this no packet is added; the body limit has room for one more. */
  static final int ENOUGH = 512 * 1024;

  static final int LENGTH_BYTES = 4;
  static final String CONTENT_TYPE = "application/octet-stream";

  static byte[] join(List<ByteBuffer> packets) {
    int size = 0;
    for (ByteBuffer packet : packets) {
      size += LENGTH_BYTES + packet.remaining();
    }
    ByteBuffer joined = ByteBuffer.allocate(size);
    for (ByteBuffer packet : packets) {
      joined.putInt(packet.remaining()).put(packet);
    }
    return joined.array();
  }

  /**
   * The packets, which share the array.
   *
   * @throws IllegalArgumentException if that is no batch
   */
  static List<ByteBuffer> split(byte[] bytes, int largestPacket) {
    List<ByteBuffer> packets = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int length = at + LENGTH_BYTES <= bytes.length ? ByteBuffer.wrap(bytes).getInt(at) : -1;
      at += LENGTH_BYTES;
      if (length <= 0 || length > largestPacket || length > bytes.length - at) {
        throw new IllegalArgumentException("a broken batch");
      }
      packets.add(ByteBuffer.wrap(bytes, at, length).slice());
      at += length;
    }
    return packets;
  }
}
