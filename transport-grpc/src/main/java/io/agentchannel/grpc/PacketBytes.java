package io.agentchannel.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A header and a packet, as gRPC takes them: the length is asked first, then all is drained. */
final class PacketBytes extends InputStream implements Drainable, KnownLength {
  private final ByteBuffer header;
  private final ByteBuffer packet;

  PacketBytes(byte[] header, ByteBuffer packet) {
    this.header = ByteBuffer.wrap(header);
    this.packet = packet;
  }

  @Override
  public int available() {
    return header.remaining() + packet.remaining();
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int size = available();
    drain(header, target);
    drain(packet, target);
    return size;
  }

  private static void drain(ByteBuffer from, OutputStream target) throws IOException {
    if (from.hasArray()) {
      target.write(from.array(), from.arrayOffset() + from.position(), from.remaining());
      from.position(from.limit());
    } else {
      byte[] copy = new byte[from.remaining()];
      from.get(copy);
      target.write(copy);
    }
  }

  @Override
  public int read() {
    ByteBuffer from = header.hasRemaining() ? header : packet;
    return from.hasRemaining() ? from.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    ByteBuffer from = header.hasRemaining() ? header : packet;
    if (!from.hasRemaining()) {
      return -1;
    }
    int count = Math.min(length, from.remaining());
    from.get(target, offset, count);
    return count;
  }
}
