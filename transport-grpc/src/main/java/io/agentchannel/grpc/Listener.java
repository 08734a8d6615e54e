package io.agentchannel.grpc;

import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.EventLoops;
import io.agentchannel.netty.internal.Problems;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.TransportContext;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A bound port, and the services on it. Thread-safe. */
final class Listener implements Binding {
  /** As many as an agent runs for one peer at most, links and health checks beside them. */
  private static final int MOST_CALLS = 1100;

  private static final int HANDSHAKE_SECONDS = 10;
  private static final int IDLE_MINUTES = 5;

  /** Less than what any gRPC client can be configured to. */
  private static final int PERMITTED_PING_SECONDS = 5;

  /** Of calls that a client has begun and cancelled; more of them are an attack. */
  private static final int MOST_RESETS = 1000;

  private final URI endpoint;
  private final EventLoops loops;
  private final TransportContext context;
  private final Server server;
  private final HealthStatusManager health;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Listener(
      URI endpoint,
      EventLoops loops,
      TransportContext context,
      Server server,
      HealthStatusManager health) {
    this.endpoint = endpoint;
    this.loops = loops;
    this.context = context;
    this.server = server;
    this.health = health;
  }

  static CompletableFuture<Binding> open(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      OpenCalls open,
      TransportContext context) {
    CompletableFuture<Binding> binding = new CompletableFuture<>();
    try {
      context
          .workers()
          .execute(
              () -> {
                try {
                  Listener listener = bind(endpoint, settings, loops, open, context);
                  if (!binding.complete(listener)) {
                    listener.close();
                  }
                } catch (IOException | RuntimeException failure) {
                  binding.completeExceptionally(
                      Problems.listening(
                          endpoint,
                          failure instanceof IOException && failure.getCause() != null
                              ? failure.getCause()
                              : failure));
                }
              });
    } catch (RejectedExecutionException closed) {
      binding.completeExceptionally(Problems.listening(endpoint, closed));
    }
    return binding;
  }

  private static Listener bind(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      OpenCalls open,
      TransportContext context)
      throws IOException {
    InetAddress address = InetAddress.getByName(endpoint.host());
    HealthStatusManager health = new HealthStatusManager();
    Server server =
        builder(new InetSocketAddress(address, endpoint.port()), endpoint, settings, loops, context)
            .addService(services(endpoint, settings, open, context))
            .addService(health.getHealthService())
            .addService(
                ServerInterceptors.intercept(
                    ProtoReflectionServiceV1.newInstance(), new GuestsOnly(endpoint, context)))
            .build();
    server.start();
    health.setStatus(AgentService.NAME, ServingStatus.SERVING);
    int port = server.getPort();
    if (!open.add(server)) {
      server.shutdownNow();
    }
    return new Listener(endpoint.withPort(port), loops, context, server, health);
  }

  private static NettyServerBuilder builder(
      InetSocketAddress address,
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      TransportContext context) {
    Connections connections = new Connections();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .channelFactory(connections.listening(loops.serverSocket()))
            .withOption(ChannelOption.SO_REUSEADDR, true)
            .directExecutor()
            .addTransportFilter(connections)
            .flowControlWindow(Settings.FLOW_WINDOW)
            .maxInboundMessageSize(
                Math.max(
                    PacketMarshaller.messageSize(Settings.MAX_PACKET), settings.maxGuestMessage()))
            .maxInboundMetadataSize(Settings.MAX_METADATA)
            .maxConcurrentCallsPerConnection(MOST_CALLS)
            .maxRstFramesPerWindow(MOST_RESETS, 1)
            .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTime(settings.keepAliveInterval().toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(settings.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveTime(PERMITTED_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    return endpoint.isTls() ? builder.sslContext(Http2Tls.server(context.tls())) : builder;
  }

  private static ServerServiceDefinition services(
      Endpoint endpoint, Settings settings, OpenCalls open, TransportContext context) {
    return ServerServiceDefinition.builder(AgentService.DESCRIPTOR)
        .addMethod(AgentService.CONNECT, new ConnectHandler(endpoint, open, context))
        .addMethod(
            AgentServiceGrpc.getRequestMethod(),
            new GuestHandler(GuestHandler.Rpc.REQUEST, endpoint, settings, context))
        .addMethod(
            AgentServiceGrpc.getStreamMethod(),
            new GuestHandler(GuestHandler.Rpc.STREAM, endpoint, settings, context))
        .addMethod(
            AgentServiceGrpc.getExchangeMethod(),
            new GuestHandler(GuestHandler.Rpc.EXCHANGE, endpoint, settings, context))
        .build();
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  /**
   * Those who are connected are told that no new call is taken (GOAWAY); their calls, links among
   * them, go on. Waits for the port to be free, unless that would be the event loop waiting for
   * itself.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    health.enterTerminalState();
    if (loops.isCurrent()) {
      try {
        context.workers().execute(server::shutdown);
      } catch (RejectedExecutionException closing) {
        // The transport's own close follows, and ends the server.
      }
    } else {
      server.shutdown();
    }
  }
}
