package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.netty.internal.EventLoops;
import io.agentchannel.netty.internal.Problems;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.TransportContext;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plain gRPC service: one connection for all calls to it, made with the first. Its messages are
 * bytes here; protobuf's codec makes them of messages.
 */
final class NativeService implements PlainService {
  /** What gRPC servers tolerate as they are; more often, and they cut the connection. */
  private static final long KEEP_ALIVE_SECONDS = 6 * 60;

  private final NativeEndpoint endpoint;
  private final Way way;
  private final Settings settings;
  private final Supplier<EventLoops> loops;
  private final OpenCalls open;
  private final TransportContext context;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<ManagedChannel> connection;
  private boolean closed;

  NativeService(
      NativeEndpoint endpoint,
      Settings settings,
      Supplier<EventLoops> loops,
      OpenCalls open,
      TransportContext context) {
    this.endpoint = endpoint;
    this.way = new Way(endpoint.endpoint(), context);
    this.settings = settings;
    this.loops = loops;
    this.open = open;
    this.context = context;
  }

  @Override
  public Requests start(Call call, Replies replies) {
    MethodDescriptor<ByteBuffer, ByteBuffer> method;
    Metadata headers;
    CompletableFuture<ManagedChannel> connecting;
    try {
      method = endpoint.methodOf(call);
      headers = headers(call);
      connecting = connection();
    } catch (AgentException refused) {
      replies.end(refused);
      return Requests.ended();
    }
    NativeCall made = new NativeCall(way, replies, call.kind(), settings.maxReply());
    CallOptions options = options(call, made);
    connecting.whenComplete(
        (connected, failure) -> {
          if (failure == null) {
            // When to try again is the core's to say; gRPC would wait for up to two minutes.
            if (connected.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
              connected.resetConnectBackoff();
            }
            made.start(connected.newCall(method, options), headers);
          } else {
            made.fail(Problems.connecting(endpoint.endpoint(), unwrapped(failure)));
          }
        });
    return made;
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private CallOptions options(Call call, NativeCall started) {
    CallOptions options =
        CallOptions.DEFAULT
            .withOnReadyThreshold(Settings.READY_THRESHOLD)
            .withStreamTracerFactory(started.tracer());
    Long deadline = call.deadlineNanos();
    return deadline == null
        ? options
        : options.withDeadlineAfter(
            Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private static Metadata headers(Call call) {
    Metadata headers = new Metadata();
    for (Map.Entry<String, String> entry : call.metadata().entrySet()) {
      try {
        headers.put(Visitors.key(entry.getKey()), entry.getValue());
      } catch (IllegalArgumentException e) {
        throw new AgentException(
            Code.INVALID_ARGUMENT,
            Outcome.NOT_SENT,
            "the metadata " + entry.getKey() + " cannot be gRPC's: " + e.getMessage());
      }
    }
    String key = call.key();
    if (key != null) {
      headers.put(Visitors.IDEMPOTENCY_KEY, key);
    }
    return headers;
  }

  /** Made on a worker, since certificates may be read. */
  private CompletableFuture<ManagedChannel> connection() {
    lock.lock();
    try {
      if (closed) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "this agent is closed, or is closing");
      }
      if (connection == null || connection.isCompletedExceptionally()) {
        EventLoops used = loops.get();
        connection = CompletableFuture.supplyAsync(() -> connect(used), context.workers());
      }
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private ManagedChannel connect(EventLoops used) {
    ManagedChannel channel =
        ClientChannels.to(way, settings, used.group().next(), used.socket(), context)
            .maxInboundMessageSize(settings.maxReply())
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(settings.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
            .build();
    open.add(channel);
    return channel;
  }

  @Override
  public void close() {
    CompletableFuture<ManagedChannel> made;
    lock.lock();
    try {
      closed = true;
      made = connection;
    } finally {
      lock.unlock();
    }
    if (made != null) {
      made.thenAccept(ManagedChannel::shutdownNow);
    }
  }

  /**
   * What a gRPC method takes; anything else would be misread there.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT}
   */
  static void check(Payload payload) {
    String type = payload.contentType();
    if (!type.startsWith("application/protobuf")
        && !type.startsWith("application/x-protobuf")
        && !type.startsWith(Payload.BYTES)) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "a gRPC method takes protobuf messages or bytes, not " + type);
    }
  }
}
