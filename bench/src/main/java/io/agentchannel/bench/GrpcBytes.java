package io.agentchannel.bench;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A gRPC service of bytes: its methods, with as little of a message format as there can be. */
enum GrpcBytes implements MethodDescriptor.Marshaller<byte[]> {
  INSTANCE;

  static final String SERVICE = "bench.Bytes";

  static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(INSTANCE, INSTANCE)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .build();
  }

  @Override
  public InputStream stream(byte[] message) {
    return new Known(message);
  }

  @Override
  public byte[] parse(InputStream message) {
    try {
      return message instanceof KnownLength
          ? message.readNBytes(message.available())
          : message.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Spares gRPC its buffers, as its own marshallers do. */
  private static final class Known extends ByteArrayInputStream implements KnownLength, Drainable {
    Known(byte[] message) {
      super(message);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      return Math.toIntExact(transferTo(target));
    }
  }
}
