package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.link.LinkDriver;
import io.agentchannel.core.link.LinkHost;
import io.agentchannel.core.link.LinkSettings;
import io.agentchannel.core.route.Connector;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.PlainHandshake;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LocalIdentity;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent and its transports meet: makes links in both directions and puts a driver, with a
 * handshake, on each.
 */
final class Links implements TransportContext, Connector, AutoCloseable {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private final Transports transports;
  private final Settings settings;
  private final LocalIdentity identity;
  private final Hello hello;
  private final TlsMaterial tls;
  private final AgentThreads threads;
  private final GuestCalls guests;
  private final Inbound inbound;
  private final LinkSettings patience;
  private final List<Binding> bindings = new ArrayList<>();

  Links(
      Transports transports,
      Settings settings,
      LocalIdentity identity,
      TlsMaterial tls,
      AgentThreads threads,
      GuestCalls guests,
      Inbound inbound) {
    this.transports = transports;
    this.settings = settings;
    this.identity = identity;
    this.tls = tls;
    this.threads = threads;
    this.guests = guests;
    this.inbound = inbound;
    this.hello =
        new Hello(
            identity.id(),
            identity.name(),
            identity.instance(),
            settings.limits().window(),
            settings.resume().window().toMillis());
    this.patience =
        new LinkSettings(
            settings.keepAlive().interval(), settings.keepAlive().timeout(), HANDSHAKE_TIMEOUT);
  }

  /** Listens everywhere, or fails and listens nowhere. */
  List<URI> listen() {
    for (URI endpoint : settings.listen()) {
      try {
        bindings.add(transports.of(endpoint).listen(endpoint, this).toCompletableFuture().join());
      } catch (CompletionException e) {
        throw asAgentException(endpoint, e.getCause());
      }
    }
    return bindings.stream().map(Binding::endpoint).toList();
  }

  private static AgentException asAgentException(URI endpoint, @Nullable Throwable cause) {
    return cause instanceof AgentException known
        ? known
        : new AgentException(
            Code.FAILED_PRECONDITION,
            Outcome.NOT_SENT,
            endpoint + ": cannot listen: " + cause,
            cause);
  }

  /**
   * @throws AgentException if no transport takes the endpoint
   */
  void check(URI endpoint) {
    transports.of(endpoint);
  }

  @Override
  public CompletionStage<LinkDriver> connect(
      URI endpoint, String intended, @Nullable AgentId expected, LinkHost host) {
    return transports
        .of(endpoint)
        .connect(endpoint, expected, this)
        .thenApply(
            link ->
                LinkDriver.drive(
                    link,
                    PlainHandshake.initiator(hello, intended, expected),
                    host,
                    patience,
                    threads.timers()));
  }

  void stopListening() {
    bindings.forEach(Binding::close);
  }

  /** Completes when what had gathered for the peers that connected to us is sent. */
  CompletableFuture<Void> closeInbound() {
    return inbound.close();
  }

  @Override
  public void close() {
    stopListening();
    inbound.close();
    transports.close();
  }

  // What transports get.

  @Override
  public void accept(Link link) {
    inbound.add(
        LinkDriver.drive(
            link, PlainHandshake.responder(hello), inbound, patience, threads.timers()));
  }

  @Override
  public GuestCalls guests() {
    return guests;
  }

  @Override
  public Options options() {
    return settings.options();
  }

  @Override
  public LocalIdentity identity() {
    return identity;
  }

  @Override
  public TlsMaterial tls() {
    return tls;
  }

  @Override
  public ScheduledExecutorService timers() {
    return threads.timers();
  }

  @Override
  public Executor workers() {
    return threads.workers();
  }
}
