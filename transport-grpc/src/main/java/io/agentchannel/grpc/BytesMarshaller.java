package io.agentchannel.grpc;

import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Messages as the bytes that they are, whatever they mean. */
enum BytesMarshaller implements MethodDescriptor.Marshaller<ByteBuffer> {
  INSTANCE;

  private static final byte[] NO_HEADER = new byte[0];

  @Override
  public InputStream stream(ByteBuffer message) {
    return new PacketBytes(NO_HEADER, message.duplicate());
  }

  @Override
  public ByteBuffer parse(InputStream message) {
    try {
      return ByteBuffer.wrap(message.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
