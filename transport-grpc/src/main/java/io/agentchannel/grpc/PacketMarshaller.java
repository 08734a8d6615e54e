package io.agentchannel.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Packets as the message {@code Packet} of {@code agent_service.proto}, a single field of bytes,
 * without a generated class in between: each is copied once on its way out, into the buffer that
 * goes to the socket, and once on its way in.
 */
enum PacketMarshaller implements MethodDescriptor.Marshaller<ByteBuffer> {
  INSTANCE;

  /** Field 1, wire type 2. */
  private static final int TAG = 1 << 3 | 2;

  private static final int MAX_LENGTH_BYTES = 5;

  /** A packet is never empty: this stands for a message that is none. */
  private static final ByteBuffer MALFORMED = ByteBuffer.allocate(0);

  /** The largest message that a packet of this size makes. */
  static int messageSize(int packet) {
    return 1 + MAX_LENGTH_BYTES + packet;
  }

  @Override
  public InputStream stream(ByteBuffer packet) {
    return new PacketBytes(header(packet.remaining()), packet);
  }

  /**
   * Empty if the message is not a packet. It is not thrown, since gRPC logs what is thrown from
   * here, with its stack, and a peer must not fill our log.
   */
  @Override
  public ByteBuffer parse(InputStream message) {
    try {
      return message instanceof KnownLength ? read(message) : MALFORMED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer read(InputStream message) throws IOException {
    if (message.read() != TAG) {
      return MALFORMED;
    }
    int length = 0;
    int b = 0x80;
    for (int shift = 0; (b & 0x80) != 0 && shift < 28; shift += 7) {
      b = message.read();
      if (b < 0) {
        return MALFORMED;
      }
      length |= (b & 0x7f) << shift;
    }
    if ((b & 0x80) != 0 || length != message.available() || length > Settings.MAX_PACKET) {
      return MALFORMED;
    }
    byte[] packet = new byte[length];
    int read = message.readNBytes(packet, 0, length);
    return read == length ? ByteBuffer.wrap(packet) : MALFORMED;
  }

  private static byte[] header(int length) {
    int size = 1;
    for (int rest = length; rest > 0x7f; rest >>>= 7) {
      size++;
    }
    byte[] header = new byte[1 + size];
    header[0] = TAG;
    int rest = length;
    for (int i = 1; i < size; i++) {
      header[i] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    header[size] = (byte) rest;
    return header;
  }
}
