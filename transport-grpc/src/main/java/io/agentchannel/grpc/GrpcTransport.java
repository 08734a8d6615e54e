package io.agentchannel.grpc;

import io.agentchannel.AgentId;
import io.agentchannel.netty.internal.BusyPolling;
import io.agentchannel.netty.internal.EventLoops;
import io.agentchannel.netty.internal.Membership;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
  private final Membership membership = new Membership("gRPC");

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public GrpcTransport() {}

  @Override
  public Set<String> schemes() {
    return Endpoints.schemes();
  }

  @Override
  public Set<String> optionKeys() {
    Set<String> keys = new HashSet<>(Settings.KEYS);
    keys.addAll(BusyPolling.KEYS);
    return keys;
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return membership.with(
        context,
        network ->
            Dial.start(
                Endpoints.of(endpoint),
                Settings.of(context.options()),
                loops(network),
                open,
                context));
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return membership.with(
        context,
        network ->
            Listener.open(
                Endpoints.of(endpoint),
                Settings.of(context.options()),
                loops(network),
                open,
                context));
  }

  @Override
  public PlainService service(URI endpoint, TransportContext context) {
    return new NativeService(
        NativeEndpoint.of(endpoint),
        Settings.of(context.options()),
        () -> loops(membership.network(context)),
        open,
        context);
  }

  private static EventLoops loops(Network network) {
    GrpcLogs.quieten();
    return network.loops();
  }

  /** Waits a moment for its links to close in order, unless it is called on a thread of its own. */
  @Override
  public void close() {
    Network used = membership.end();
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
