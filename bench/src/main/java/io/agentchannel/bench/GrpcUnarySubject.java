package io.agentchannel.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * grpc-java as its tutorial shows it: a unary call for each request, a server stream for the items,
 * and the executors that it has by default at both ends.
 */
final class GrpcUnarySubject implements RawSubject {
  private static final MethodDescriptor<byte[], byte[]> ECHO =
      GrpcBytes.method("Echo", MethodDescriptor.MethodType.UNARY);
  private static final MethodDescriptor<byte[], byte[]> ITEMS =
      GrpcBytes.method("Items", MethodDescriptor.MethodType.SERVER_STREAMING);

  private final Server server;
  private final ManagedChannel client;

  private GrpcUnarySubject(Server server) {
    this.server = server;
    this.client = connect(server);
  }

  static GrpcUnarySubject open() throws IOException {
    return new GrpcUnarySubject(
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder(GrpcBytes.SERVICE)
                    .addMethod(
                        ECHO,
                        ServerCalls.asyncUnaryCall(
                            (request, reply) -> {
                              reply.onNext(request);
                              reply.onCompleted();
                            }))
                    .addMethod(ITEMS, ServerCalls.asyncServerStreamingCall(GrpcUnarySubject::items))
                    .build())
            .build()
            .start());
  }

  private static ManagedChannel connect(Server server) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  private static void items(byte[] request, StreamObserver<byte[]> replies) {
    ServerCallStreamObserver<byte[]> out = (ServerCallStreamObserver<byte[]>) replies;
    int[] left = {ByteBuffer.wrap(request).getInt()};
    byte[] item = new byte[MESSAGE_BYTES];
    out.setOnReadyHandler(
        () -> {
          while (left[0] > 0 && out.isReady()) {
            out.onNext(item);
            if (--left[0] == 0) {
              out.onCompleted();
            }
          }
        });
  }

  @Override
  public void loop(int count, int atOnce, @Nullable Histogram nanos) {
    byte[] message = new byte[MESSAGE_BYTES];
    ClosedLoop[] loop = new ClosedLoop[1];
    StreamObserver<byte[]> replies = new Taker(() -> loop[0].onReply(), why -> loop[0].fail(why));
    loop[0] =
        new ClosedLoop(
            count,
            () ->
                ClientCalls.asyncUnaryCall(
                    client.newCall(ECHO, CallOptions.DEFAULT), message, replies),
            nanos);
    loop[0].run(atOnce);
  }

  @Override
  public void stream(int count) {
    Arrivals arrivals = new Arrivals(count);
    ClientCalls.asyncServerStreamingCall(
        client.newCall(ITEMS, CallOptions.DEFAULT),
        ByteBuffer.allocate(Integer.BYTES).putInt(0, count).array(),
        new Taker(arrivals::add, arrivals::fail));
    arrivals.await();
  }

  @Override
  public AutoCloseable connectAnother() {
    ManagedChannel another = connect(server);
    ClientCalls.blockingUnaryCall(another, ECHO, CallOptions.DEFAULT, new byte[MESSAGE_BYTES]);
    return () -> another.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      client.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Replies, one by one. */
  private record Taker(Runnable onReply, java.util.function.Consumer<Throwable> onFailure)
      implements StreamObserver<byte[]> {

    @Override
    public void onNext(byte[] reply) {
      onReply.run();
    }

    @Override
    public void onError(Throwable failure) {
      onFailure.accept(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
