package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.EventLoops;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Links over gRPC: one bidirectional stream of packets ({@code agentchannel.v1.AgentService},
 * method {@code Connect}), on a connection of its own. Plain gRPC clients call the other methods of
 * that service, and come through {@link GuestCalls}; plain gRPC services are called as {@code
 * grpc-native://host:port/package.Service/Method}.
 *
 * <p>The path of a {@code grpc} endpoint names the agent that it is meant for; any is accepted
 * here, the handshake of the agents checks it.
 *
 * <p>A link's executor is the event loop of its connection, on which packets are delivered without
 * a hand-over. Silence on links is the core's to notice; gRPC's own pings are for plain clients.
 *
 * <p>Threads are made for the first link or port, and are daemons.
 */
public final class GrpcTransport implements Transport {
  private static final long CLOSE_GRACE_MILLIS = 500;

  private final OpenCalls open = new OpenCalls();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Network network;
  private boolean closed;

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public GrpcTransport() {}

  @Override
  public Set<String> schemes() {
    return Endpoints.schemes();
  }

  @Override
  public Set<String> optionKeys() {
    return Settings.KEYS;
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return with(
        context,
        loops ->
            Dial.start(
                Endpoints.of(endpoint), Settings.of(context.options()), loops, open, context));
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return with(
        context,
        loops ->
            Listener.open(
                Endpoints.of(endpoint), Settings.of(context.options()), loops, open, context));
  }

  @Override
  public PlainService service(URI endpoint, TransportContext context) {
    return new NativeService(
        NativeEndpoint.of(endpoint),
        Settings.of(context.options()),
        () -> loops(context),
        open,
        context);
  }

  private <T> CompletableFuture<T> with(
      TransportContext context, Function<EventLoops, CompletableFuture<T>> work) {
    try {
      return work.apply(loops(context));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private EventLoops loops(TransportContext context) {
    lock.lock();
    try {
      if (closed) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the gRPC transport is closed");
      }
      if (network == null) {
        GrpcLogs.quieten();
        network = Network.join(context.identity());
      }
      return network.loops();
    } finally {
      lock.unlock();
    }
  }

  /** Waits a moment for its links to close in order, unless it is called on a thread of its own. */
  @Override
  public void close() {
    Network used;
    lock.lock();
    try {
      used = closed ? null : network;
      closed = true;
    } finally {
      lock.unlock();
    }
    if (used == null) {
      return;
    }
    open.close();
    if (used.loops().isCurrent()) {
      Thread closing = new Thread(() -> end(used), "agentchannel-grpc-closing");
      closing.setDaemon(true);
      closing.start();
    } else {
      end(used);
    }
  }

  private void end(Network used) {
    open.awaitNone(CLOSE_GRACE_MILLIS);
    used.leave(0);
  }
}
