package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.guest.GuestDoor;
import io.agentchannel.core.link.HandshakeLane;
import io.agentchannel.core.link.LinkDriver;
import io.agentchannel.core.link.LinkHost;
import io.agentchannel.core.link.LinkSettings;
import io.agentchannel.core.proxy.Proxies;
import io.agentchannel.core.route.Connector;
import io.agentchannel.core.route.ServiceTarget;
import io.agentchannel.core.route.Target;
import io.agentchannel.core.security.Hello;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LocalIdentity;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  private final Handshakes handshakes;
  private final HandshakeLane lane;
  private final TlsMaterial tls;
  private final Proxies proxies;
  private final AgentThreads threads;
  private final GuestDoor guests;
  private final Inbound inbound;
  private final Outbound outbound;
  private final LinkSettings patience;
  private final List<Binding> bindings = new ArrayList<>();

  Links(
      Transports transports,
      Settings settings,
      LocalIdentity identity,
      Handshakes handshakes,
      TlsMaterial tls,
      Proxies proxies,
      AgentThreads threads,
      GuestDoor guests,
      Inbound inbound,
      Outbound outbound) {
    this.transports = transports;
    this.settings = settings;
    this.identity = identity;
    this.tls = tls;
    this.proxies = proxies;
    this.threads = threads;
    this.guests = guests;
    this.inbound = inbound;
    this.outbound = outbound;
    this.handshakes = handshakes;
    this.lane = threads.newHandshakeLane();
    this.patience =
        new LinkSettings(
            settings.keepAlive().interval(), settings.keepAlive().timeout(), HANDSHAKE_TIMEOUT);
  }

  /** Listens everywhere, or fails and listens nowhere. */
  List<URI> listen() {
    for (URI endpoint : settings.listen()) {
      if (Transports.isService(endpoint)) {
        throw invalid(
            endpoint
                + ": what ends in -native can be called, and not listened at; plain clients"
                + " call an agent at its usual endpoints, see guests");
      }
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

  /** Where the events of public topics go; what is listened at is known by now. */
  PublicTopics publicTopics() {
    return new PublicTopics(settings.events().publicTopics(), List.copyOf(bindings));
  }

  /**
   * @throws AgentException if no transport takes the endpoint
   */
  void check(URI endpoint) {
    transports.of(endpoint);
  }

  /**
   * @throws AgentException if no transport takes the endpoint, or it is not one of a service
   */
  ServiceTarget service(Target.Description description, Codecs codecs) {
    URI endpoint = Objects.requireNonNull(description.endpoint());
    if (description.id() != null) {
      throw invalid(
          description.text() + ": has an id, but " + endpoint + " is no agent; leave the id out");
    }
    return new ServiceTarget(
        description.text(),
        endpoint,
        transports.of(endpoint).service(endpoint, this),
        codecs,
        settings.events());
  }

  private static AgentException invalid(String why) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why);
  }

  @Override
  public CompletionStage<LinkDriver> connect(URI endpoint, Aim aim, LinkHost host) {
    return outbound
        .expect(endpoint, aim)
        .thenCompose(
            expectation ->
                transports
                    .of(endpoint)
                    .connect(endpoint, expectation.hint(), this)
                    .thenApply(link -> initiate(link, expectation, host)));
  }

  private LinkDriver initiate(Link link, Expectation expectation, LinkHost host) {
    try {
      Aim aim = expectation.aimOver(link.info());
      Hello self = handshakes.hello(link, aim.invite());
      return LinkDriver.drive(
          link,
          handshakes.initiator(link, self, aim),
          self,
          (work, dropped) -> threads.workers().execute(work),
          expectation.watching(host),
          patience,
          threads.timers());
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
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
    lane.close();
  }

  // What transports get.

  @Override
  public void accept(Link link) {
    Hello self = handshakes.hello(link, null);
    inbound.add(
        LinkDriver.drive(
            link,
            handshakes.responder(link, self),
            self,
            lane,
            inbound,
            patience,
            threads.timers()));
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
  public byte @Nullable [] card() {
    return guests.card();
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
  public @Nullable HttpProxy proxy(String host, int port) {
    return proxies.to(host, port);
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
