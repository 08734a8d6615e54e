package io.agentchannel;

import io.agentchannel.spi.AgentRuntime;
import io.agentchannel.spi.AgentSpec;
import io.agentchannel.spi.AgentSpec.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Describes an agent and starts it. Not thread-safe; used once or many times, each {@link #start}
 * makes another agent.
 *
 * <p>A setter with a {@link ConfigKey} stands for that key and wins over environment and file. What
 * is code (handlers, codecs, interceptors, the executor) has no key.
 */
public final class AgentBuilder {
  private AgentConfig config;
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Map<String, Topic<?>> topics = new LinkedHashMap<>();
  private final Map<String, Object> overrides = new LinkedHashMap<>();
  private final List<Codec> codecs = new ArrayList<>();
  private final List<Interceptor> clientInterceptors = new ArrayList<>();
  private final List<Interceptor> serverInterceptors = new ArrayList<>();
  private @Nullable Executor executor;

  AgentBuilder(AgentConfig config) {
    this.config = config;
  }

  // What it serves.

  /** Serves a unary operation on the agent's executor. */
  public <Q, R> AgentBuilder serve(Unary<Q, R> operation, Handler.Unary<Q, R> handler) {
    return serve(operation, HandlerOptions.pooled(), handler);
  }

  public <Q, R> AgentBuilder serve(
      Unary<Q, R> operation, HandlerOptions options, Handler.Unary<Q, R> handler) {
    return add(operation, handler, options);
  }

  /** Serves a unary operation whose reply comes later. */
  public <Q, R> AgentBuilder serveAsync(Unary<Q, R> operation, Handler.Async<Q, R> handler) {
    return serveAsync(operation, HandlerOptions.pooled(), handler);
  }

  public <Q, R> AgentBuilder serveAsync(
      Unary<Q, R> operation, HandlerOptions options, Handler.Async<Q, R> handler) {
    return add(operation, handler, options);
  }

  /** Serves a stream by a method that sends its items and returns. */
  public <Q, R> AgentBuilder serveStream(Streaming<Q, R> operation, Handler.Stream<Q, R> handler) {
    return add(operation, handler, HandlerOptions.pooled());
  }

  /** Serves a stream from a publisher, which is asked for items as the caller takes them. */
  public <Q, R> AgentBuilder servePublisher(
      Streaming<Q, R> operation, Handler.Publisher<Q, R> handler) {
    return servePublisher(operation, HandlerOptions.pooled(), handler);
  }

  public <Q, R> AgentBuilder servePublisher(
      Streaming<Q, R> operation, HandlerOptions options, Handler.Publisher<Q, R> handler) {
    return add(operation, handler, options);
  }

  /** Serves conversations. */
  public <Q, R> AgentBuilder serveDuplex(Duplex<Q, R> operation, Handler.Duplex<Q, R> handler) {
    return add(operation, handler, HandlerOptions.pooled());
  }

  /** Serves one-way messages. */
  public <Q> AgentBuilder serveOneWay(OneWay<Q> operation, Handler.OneWay<Q> handler) {
    return serveOneWay(operation, HandlerOptions.pooled(), handler);
  }

  public <Q> AgentBuilder serveOneWay(
      OneWay<Q> operation, HandlerOptions options, Handler.OneWay<Q> handler) {
    return add(operation, handler, options);
  }

  /** Declares a topic, so that {@code describe} shows it; publishing works without it too. */
  public AgentBuilder topic(Topic<?> topic) {
    topics.put(topic.name(), topic);
    return this;
  }

  // Code that calls pass through.

  /** Adds a codec before the built-in ones and after those added earlier. */
  public AgentBuilder codec(Codec codec) {
    codecs.add(codec);
    return this;
  }

  /** Adds a link to the chain of outgoing calls; the first added is the outermost. */
  public AgentBuilder clientInterceptor(Interceptor interceptor) {
    clientInterceptors.add(interceptor);
    return this;
  }

  /** Adds a link to the chain of incoming calls; the first added is the outermost. */
  public AgentBuilder serverInterceptor(Interceptor interceptor) {
    serverInterceptors.add(interceptor);
    return this;
  }

  /**
   * Where handlers and completions run, instead of virtual threads or the runtime's pool. The
   * caller shuts it down, after the agent.
   */
  public AgentBuilder executor(Executor executor) {
    this.executor = executor;
    return this;
  }

  // Configuration.

  /** What the agent calls itself; by default {@code agent}. */
  @ConfigKey("name")
  public AgentBuilder name(String name) {
    return set("name", name);
  }

  /** The key file (PEM, PKCS#8, Ed25519), or {@code ephemeral} for a key that is never stored. */
  @ConfigKey("identity")
  public AgentBuilder identity(String fileOrEphemeral) {
    return set("identity", fileOrEphemeral);
  }

  /**
   * {@code sealed}, or {@code none} for tests: then everybody is believed and everything is in
   * clear. Both ends of a link must have the same.
   */
  @ConfigKey("security")
  public AgentBuilder security(String sealedOrNone) {
    return set("security", sealedOrNone);
  }

  /** The endpoints to listen at; port 0 takes a free port. */
  @ConfigKey("listen")
  public AgentBuilder listen(String... endpoints) {
    return set("listen", List.of(endpoints));
  }

  /** What the card says instead of what was bound. */
  @ConfigKey("advertise")
  public AgentBuilder advertise(String... endpoints) {
    return set("advertise", List.of(endpoints));
  }

  /** Peers by name, each a map of {@code id} and {@code at}. */
  @ConfigKey("peers")
  public AgentBuilder peers(Map<String, ?> peers) {
    return set("peers", Map.copyOf(peers));
  }

  /** {@code none}, {@code loopback}, {@code broker}, or a map of tokens, operations, origins. */
  @ConfigKey("guests")
  public AgentBuilder guests(Object guests) {
    return set("guests", guests);
  }

  /**
   * What becomes of agents that no rule allows to call: {@code ask} (refused, and remembered until
   * {@code agentchannel trust approve}), {@code allow} (refused), or {@code open} (allowed).
   */
  @ConfigKey("trust.policy")
  public AgentBuilder trustPolicy(String askOrAllowOrOpen) {
    return set("trust.policy", askOrAllowOrOpen);
  }

  /** Agents that may call, by id: each with a list of operations, {@code *} for all. */
  @ConfigKey("trust.allow")
  public AgentBuilder trustAllow(Map<String, ?> operations) {
    return set("trust.allow", Map.copyOf(operations));
  }

  /**
   * The HTTP proxy that outgoing TCP connections go through: {@code
   * http://[user:password@]host:port}, or {@code system} for what the JVM or the environment names.
   * None by default.
   */
  @ConfigKey("proxy")
  public AgentBuilder proxy(String systemOrUri) {
    return set("proxy", systemOrUri);
  }

  /** How long unary and one-way calls may take, and streams may take to be accepted: 30 s. */
  @ConfigKey("call.timeout")
  public AgentBuilder callTimeout(Duration timeout) {
    return set("call.timeout", timeout);
  }

  /** How long {@link Agent#close} lets running calls finish: 10 s. */
  @ConfigKey("drain")
  public AgentBuilder drain(Duration time) {
    return set("drain", time);
  }

  /** How long a call may be without a link before both sides end it: 60 s. */
  @ConfigKey("resume.window")
  public AgentBuilder resumeWindow(Duration time) {
    return set("resume.window", time);
  }

  /** How long a caller's record outlives its last link: 10 minutes. */
  @ConfigKey("resume.memory")
  public AgentBuilder resumeMemory(Duration time) {
    return set("resume.memory", time);
  }

  /** How long a keyed call is remembered: 10 minutes. */
  @ConfigKey("keyed.memory")
  public AgentBuilder keyedMemory(Duration time) {
    return set("keyed.memory", time);
  }

  /** How many bytes of replies keyed calls may hold altogether: 16 MiB. */
  @ConfigKey("keyed.bytes")
  public AgentBuilder keyedBytes(long bytes) {
    return set("keyed.bytes", bytes);
  }

  /** The largest message accepted: 16 MiB. */
  @ConfigKey("limits.message")
  public AgentBuilder maxMessage(long bytes) {
    return set("limits.message", bytes);
  }

  /** What a peer may send ahead on one call before it is taken: 256 KiB at first. */
  @ConfigKey("limits.window")
  public AgentBuilder window(long bytes) {
    return set("limits.window", bytes);
  }

  /** How far the window grows while the consumer keeps up: 4 MiB. */
  @ConfigKey("limits.windowMax")
  public AgentBuilder windowMax(long bytes) {
    return set("limits.windowMax", bytes);
  }

  /** What one peer may make this agent hold in memory: 64 MiB. */
  @ConfigKey("limits.peerBytes")
  public AgentBuilder peerBytes(long bytes) {
    return set("limits.peerBytes", bytes);
  }

  /** How many calls of one peer may run here at once: 1,024. */
  @ConfigKey("limits.exchanges")
  public AgentBuilder maxExchanges(int count) {
    return set("limits.exchanges", count);
  }

  /** How many bytes go ahead of acknowledgements through a broker or a relay: 256 KiB. */
  @ConfigKey("limits.unacknowledged")
  public AgentBuilder maxUnacknowledged(long bytes) {
    return set("limits.unacknowledged", bytes);
  }

  /** How many packets a second one peer may send before its link is closed: 1,000,000. */
  @ConfigKey("limits.packets")
  public AgentBuilder maxPackets(int perSecond) {
    return set("limits.packets", perSecond);
  }

  /** How many events a slow subscriber may be behind before it loses the oldest: 1,024. */
  @ConfigKey("events.buffer")
  public AgentBuilder eventBuffer(int count) {
    return set("events.buffer", count);
  }

  /** What happens past it: {@code drop} the oldest, or {@code close} the subscription. */
  @ConfigKey("events.overflow")
  public AgentBuilder eventOverflow(String dropOrClose) {
    return set("events.overflow", dropOrClose);
  }

  /**
   * Topics whose events also go, in clear, to whoever a broker lets subscribe to them: none. One
   * publish then reaches all of them.
   */
  @ConfigKey("events.public")
  public AgentBuilder publicTopics(String... names) {
    return set("events.public", List.of(names));
  }

  /** How often an idle link is asked for a sign of life: 20 s. */
  @ConfigKey("keepAlive.interval")
  public AgentBuilder keepAliveInterval(Duration time) {
    return set("keepAlive.interval", time);
  }

  /** How long a link may stay silent after it was asked, before it is given up: 10 s. */
  @ConfigKey("keepAlive.timeout")
  public AgentBuilder keepAliveTimeout(Duration time) {
    return set("keepAlive.timeout", time);
  }

  /** The first wait before a lost link is made again: 100 ms, doubled each time, with jitter. */
  @ConfigKey("reconnect.first")
  public AgentBuilder reconnectFirst(Duration time) {
    return set("reconnect.first", time);
  }

  /** The longest such wait: 10 s. */
  @ConfigKey("reconnect.max")
  public AgentBuilder reconnectMax(Duration time) {
    return set("reconnect.max", time);
  }

  /**
   * {@code agent}: TLS with certificates that the agents make of their identities, in place of the
   * files below; both sides must use it.
   */
  @ConfigKey("tls")
  public AgentBuilder tls(String agent) {
    return set("tls", agent);
  }

  /** A PEM file with the certificate chain that {@code wss} and the like show. */
  @ConfigKey("tls.certificate")
  public AgentBuilder tlsCertificate(String file) {
    return set("tls.certificate", file);
  }

  /** The PEM file (PKCS#8) of the certificate's key. */
  @ConfigKey("tls.key")
  public AgentBuilder tlsKey(String file) {
    return set("tls.key", file);
  }

  /** A PEM file with the certificates to trust instead of the system's. */
  @ConfigKey("tls.trust")
  public AgentBuilder tlsTrust(String file) {
    return set("tls.trust", file);
  }

  /** Sets any other key, a transport's say. */
  public AgentBuilder set(String key, Object value) {
    overrides.put(key, value);
    return this;
  }

  /**
   * Starts the agent. Fails only for local causes: a port in use, a bad key, an unreadable
   * configuration. A peer that is down is no such cause.
   *
   * @throws AgentException whose message is one line that says what to do
   */
  public Agent start() {
    return AgentRuntime.find().start(spec());
  }

  /**
   * Whom the agent of this description trusts, and the others of its home: to be looked at and
   * changed, whether it runs or not.
   *
   * @throws AgentException {@link Code#FAILED_PRECONDITION} for a user without a home
   */
  public TrustStore trust() {
    return AgentRuntime.find().trust(spec());
  }

  private AgentSpec spec() {
    return new AgentSpec(
        config,
        overrides,
        List.copyOf(services.values()),
        List.copyOf(topics.values()),
        codecs,
        clientInterceptors,
        serverInterceptors,
        executor);
  }

  private AgentBuilder add(Operation<?, ?> operation, Object handler, HandlerOptions options) {
    if (operation.name().startsWith("agentchannel.")) {
      throw new IllegalArgumentException("operation names under agentchannel. are the runtime's");
    }
    if (services.putIfAbsent(operation.name(), new Service(operation, handler, options)) != null) {
      throw new IllegalArgumentException(operation.name() + " is served already");
    }
    return this;
  }
}
