package io.agentchannel.core;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Topic;
import io.agentchannel.core.call.ChannelImpl;
import io.agentchannel.core.call.ClientChain;
import io.agentchannel.core.call.DeadlineInterceptor;
import io.agentchannel.core.call.Deadlines;
import io.agentchannel.core.call.LiveCalls;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.AgentHome;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.guest.GuestDoor;
import io.agentchannel.core.proxy.Proxies;
import io.agentchannel.core.route.Destination;
import io.agentchannel.core.route.PeerTable;
import io.agentchannel.core.route.Target;
import io.agentchannel.core.security.AgentTls;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.PemTls;
import io.agentchannel.core.serve.Dispatcher;
import io.agentchannel.core.serve.Events;
import io.agentchannel.core.serve.KeyedCalls;
import io.agentchannel.core.serve.ServerChain;
import io.agentchannel.core.serve.Services;
import io.agentchannel.core.trust.Invitation;
import io.agentchannel.core.trust.Trust;
import io.agentchannel.core.trust.TrustHome;
import io.agentchannel.core.trust.TrustInterceptor;
import io.agentchannel.spi.AgentSpec;
import io.agentchannel.spi.LocalIdentity;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running agent: puts the parts together, and takes them apart again in order.
 *
 * <p>An outgoing call goes from {@link ChannelImpl} down the chain that {@link ClientChain} lists
 * to a {@link Target}, which gives it to a session; an incoming one comes from a session up the
 * chain that {@link ServerChain} lists to the {@link Dispatcher}.
 */
final class AgentImpl implements Agent {
  private record Self(AgentId id, String name, long instance) implements LocalIdentity {}

  private static final Logger LOG = LoggerFactory.getLogger(AgentImpl.class);

  private final Settings settings;
  private final Self self;
  private final AgentThreads threads;
  private final Codecs codecs;
  private final Events events;
  private final Dispatcher dispatcher;
  private final PeerTable peers;
  private final Links links;
  private final Targets targets;
  private final Trust trust;
  private final Inbound inbound;
  private final Deadlines deadlines;
  private final List<Interceptor> clientInterceptors;
  private final LiveCalls calls = new LiveCalls();
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Calls may come before all are bound. */
  private volatile List<URI> endpoints = List.of();

  static Agent start(AgentSpec spec, Map<String, String> environment) {
    Transports transports = new Transports();
    try {
      Settings settings = Settings.resolve(spec, environment, transports.optionKeys());
      AgentHome home = AgentHome.of(environment, System.getProperty("user.home"));
      IdentityKey key = IdentityKey.open(settings, home);
      Proxies proxies = Proxies.of(settings.proxy(), environment);
      return new AgentImpl(spec, settings, key, TrustHome.of(home), transports, proxies);
    } catch (RuntimeException e) {
      transports.close();
      throw e;
    }
  }

  private AgentImpl(
      AgentSpec spec,
      Settings settings,
      IdentityKey key,
      @Nullable TrustHome home,
      Transports transports,
      Proxies proxies) {
    this.settings = settings;
    this.self = new Self(key.id(), settings.name(), new SecureRandom().nextLong());
    this.threads = new AgentThreads(settings.name(), spec.executor());
    this.deadlines = new Deadlines(threads.timers());
    this.trust = Trust.of(settings, self.id(), home, threads.workers());
    this.codecs = new Codecs(spec.codecs());
    this.clientInterceptors = spec.clientInterceptors();
    this.events = new Events(codecs, settings.events().buffer(), settings.events().overflow());
    Services services =
        new Services(
            spec.services(),
            spec.topics(),
            self,
            codecs,
            events,
            this::saidEndpoints,
            key,
            trust::checkTopic);
    this.dispatcher =
        new Dispatcher(services, codecs, threads.executor(), settings.limits().exchanges());
    Interceptor.Next server =
        ServerChain.of(
            new DeadlineInterceptor(deadlines),
            new TrustInterceptor(trust),
            spec.serverInterceptors(),
            new KeyedCalls(settings.keyed().memory(), settings.keyed().bytes(), System::nanoTime),
            dispatcher);
    this.peers = new PeerTable(Parts.peerOptions(settings), server);
    this.inbound = new Inbound(peers, trust);
    this.links =
        new Links(
            transports,
            settings,
            self,
            Parts.handshakes(settings, key, self),
            settings.tls().isAgents() ? new AgentTls(key) : PemTls.of(settings.tls()),
            proxies,
            threads,
            new GuestDoor(settings.guests(), server, self, services, Parts.guestLimits(settings)),
            inbound,
            new Outbound(trust));
    this.targets = new Targets(settings, trust.pins(), this::newTarget);
    threads.timers().scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    trust.onLess(this::onLessTrusted);
    if (trust.isChangeable()) {
      threads.timers().scheduleWithFixedDelay(trust::poll, 500, 500, TimeUnit.MILLISECONDS);
    }
    try {
      this.endpoints = links.listen();
      events.alsoTo(links.publicTopics());
    } catch (RuntimeException e) {
      links.close();
      threads.close();
      throw e;
    }
  }

  /** A failure would end all further ones without a word. */
  private void tick() {
    try {
      peers.tick();
    } catch (RuntimeException e) {
      LOG.error("the sessions could not be tidied", e);
    }
  }

  /**
   * Its calls that are not allowed any more end, and its links if nothing is. It may have
   * subscribed to a topic that is still allowed; then it subscribes again.
   */
  private void onLessTrusted(AgentId peer) {
    dispatcher.cancelOf(
        peer,
        operation ->
            operation.equals(Services.SUBSCRIBE.name())
                ? trust.allowsEverything(peer)
                : trust.allows(peer, operation),
        Trust.revokedCall());
    if (!trust.knows(peer)) {
      inbound.expel(peer);
    }
  }

  /** What was configured to be said, else what was bound, but never "any address". */
  private List<String> saidEndpoints() {
    List<URI> said = settings.advertise().isEmpty() ? endpoints : settings.advertise();
    return said.stream().filter(uri -> !AnyAddress.isIn(uri)).map(URI::toString).toList();
  }

  private Destination newTarget(Target.Description description) {
    URI endpoint = description.endpoint();
    if (endpoint != null && Transports.isService(endpoint)) {
      return links.service(description, codecs);
    }
    if (endpoint != null) {
      links.check(endpoint);
    }
    Settings.Reconnect reconnect = settings.reconnect();
    return new Target(
        description, peers, links, reconnect.first(), reconnect.max(), threads.timers());
  }

  @Override
  public AgentId id() {
    return self.id();
  }

  @Override
  public String name() {
    return self.name();
  }

  @Override
  public List<URI> endpoints() {
    return endpoints;
  }

  @Override
  public AgentChannel channel(String text) {
    Destination target = targets.of(text);
    Settings.Reconnect reconnect = settings.reconnect();
    Interceptor.Next chain =
        ClientChain.of(
            clientInterceptors,
            deadlines,
            ClientChain.backoff(reconnect.first().toMillis(), reconnect.max().toMillis()),
            target);
    return new ChannelImpl(
        shown(text),
        chain,
        codecs,
        threads.executor(),
        settings.callTimeout(),
        target::explain,
        calls);
  }

  /** What messages may show of a target: an invitation holds a secret. */
  private static String shown(String target) {
    return Invitation.isInvitation(target) ? Invitation.parse(target).toString() : target;
  }

  @Override
  public <T> void publish(Topic<T> topic, T event) {
    events.publish(topic, event);
  }

  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    long deadline = System.nanoTime() + settings.drain().toNanos();
    links.stopListening();
    events.close();
    peers.leave();
    dispatcher.stopAccepting();
    dispatcher.awaitIdle(settings.drain());
    awaitReplies(deadline);

    AgentException gone =
        new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the agent has closed");
    calls.close(gone);
    dispatcher.cancelAll(gone);
    peers.close("the agent has closed");
    awaitFlushed(CompletableFuture.allOf(targets.closeAll(), links.closeInbound()));
    links.close();
    threads.close();
  }

  /**
   * The last words are on their way before the transports end. An interrupt does not shorten it:
   * the closing thread may be a handler's that this very close has cancelled.
   */
  private static void awaitFlushed(CompletableFuture<Void> flushed) {
    if (DirectSection.isCurrent()) {
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    boolean interrupted = false;
    while (true) {
      try {
        flushed.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("a link took too long to send its last words");
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Calls of our own that are under way may finish; streams have no end to wait for. */
  private void awaitReplies(long deadline) {
    while (!DirectSection.isCurrent()
        && !Thread.currentThread().isInterrupted()
        && deadline - System.nanoTime() > 0
        && peers.awaitedReplies() + targets.awaitedReplies() > 0) {
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }
}
