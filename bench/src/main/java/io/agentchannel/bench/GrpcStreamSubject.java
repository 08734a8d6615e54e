package io.agentchannel.bench;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * grpc-java, tuned: one bidirectional stream for everything, and all messages requested ahead; with
 * direct executors at both ends, or, to see what those are worth, with the default ones.
 */
final class GrpcStreamSubject implements RawSubject {
  private static final MethodDescriptor<byte[], byte[]> TALK =
      GrpcBytes.method("Talk", MethodDescriptor.MethodType.BIDI_STREAMING);

  private final Server server;
  private final boolean direct;
  private final Client client;

  private GrpcStreamSubject(Server server, boolean direct) {
    this.server = server;
    this.direct = direct;
    this.client = new Client(server.getPort(), direct);
  }

  static GrpcStreamSubject open(boolean direct) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder(GrpcBytes.SERVICE)
                    .addMethod(TALK, (call, headers) -> Echo.start(call))
                    .build());
    if (direct) {
      builder.directExecutor();
    }
    return new GrpcStreamSubject(builder.build().start(), direct);
  }

  @Override
  public void loop(int count, int atOnce, @Nullable Histogram nanos) {
    byte[] message = new byte[MESSAGE_BYTES];
    ClosedLoop loop = new ClosedLoop(count, () -> client.send(message), nanos);
    client.onMessage = loop::onReply;
    loop.run(atOnce);
  }

  @Override
  public void stream(int count) {
    Arrivals arrivals = new Arrivals(count);
    client.onMessage = arrivals::add;
    client.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, count).array());
    arrivals.await();
  }

  @Override
  public AutoCloseable connectAnother() {
    return new Client(server.getPort(), direct);
  }

  @Override
  public void close() {
    client.close();
    try {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends every message back; one of four bytes asks for that many messages instead. */
  private static final class Echo extends ServerCall.Listener<byte[]> {
    private static final byte[] ITEM = new byte[MESSAGE_BYTES];

    private final ServerCall<byte[], byte[]> call;
    private int left;

    private Echo(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    static Echo start(ServerCall<byte[], byte[]> call) {
      call.sendHeaders(new Metadata());
      call.request(Integer.MAX_VALUE);
      return new Echo(call);
    }

    @Override
    public void onMessage(byte[] message) {
      if (message.length != Integer.BYTES) {
        call.sendMessage(message);
        return;
      }
      left = ByteBuffer.wrap(message).getInt();
      onReady();
    }

    @Override
    public void onReady() {
      for (; left > 0 && call.isReady(); left--) {
        call.sendMessage(ITEM);
      }
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new Metadata());
    }
  }

  private static final class Client extends ClientCall.Listener<byte[]> implements AutoCloseable {
    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    private final ReentrantLock sending = new ReentrantLock();
    volatile Runnable onMessage = () -> {};

    Client(int port, boolean direct) {
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext();
      if (direct) {
        builder.directExecutor();
      }
      this.channel = builder.build();
      this.call = channel.newCall(TALK, CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.request(Integer.MAX_VALUE);
    }

    /** The first ones come from the thread that measures, all others from the event loop. */
    void send(byte[] message) {
      sending.lock();
      try {
        call.sendMessage(message);
      } finally {
        sending.unlock();
      }
    }

    @Override
    public void onMessage(byte[] message) {
      onMessage.run();
    }

    @Override
    public void close() {
      try {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
