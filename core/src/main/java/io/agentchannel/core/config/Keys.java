package io.agentchannel.core.config;

import io.agentchannel.AgentId;
import io.agentchannel.core.config.Settings.Overflow;
import io.agentchannel.core.config.Settings.Security;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The table of the agent's own keys; those of the transports come from the transports. */
final class Keys {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;
  private static final int MILLION = 1_000_000;
  private static final Duration NOTHING = Duration.ZERO;
  private static final Duration SHORTEST = Duration.ofMillis(1);

  static final Key<String> NAME = new Key<>("name", "agent", Values::name);
  static final Key<String> IDENTITY =
      new Key<>("identity", null, setting -> Values.path(setting).toString());
  static final Key<Security> SECURITY =
      new Key<>("security", Security.SEALED, Values.oneOf(Security.class));
  static final Key<List<URI>> LISTEN = new Key<>("listen", List.of(), Values::endpoints);
  static final Key<List<URI>> ADVERTISE = new Key<>("advertise", List.of(), Values::endpoints);

  static final Key<TrustRules.Policy> TRUST_POLICY =
      new Key<>("trust.policy", TrustRules.Policy.ASK, Values.oneOf(TrustRules.Policy.class));
  static final Key<Map<AgentId, Grant>> TRUST_ALLOW =
      new Key<>("trust.allow", Map.of(), TrustReader::allow);

  static final Key<ProxyRule> PROXY = new Key<>("proxy", null, ProxyRule::read);

  static final Key<Duration> CALL_TIMEOUT = time("call.timeout", Duration.ofSeconds(30), SHORTEST);
  static final Key<Duration> DRAIN = time("drain", Duration.ofSeconds(10), NOTHING);
  static final Key<Duration> RESUME_WINDOW =
      time("resume.window", Duration.ofSeconds(60), SHORTEST);
  static final Key<Duration> RESUME_MEMORY =
      time("resume.memory", Duration.ofMinutes(10), SHORTEST);
  static final Key<Duration> KEYED_MEMORY = time("keyed.memory", Duration.ofMinutes(10), NOTHING);
  static final Key<Long> KEYED_BYTES = size("keyed.bytes", 16 * MIB, 0, 1024 * GIB);

  static final Key<Long> LIMITS_MESSAGE = size("limits.message", 16 * MIB, KIB, GIB);
  static final Key<Long> LIMITS_WINDOW = size("limits.window", 256 * KIB, 64 * KIB, GIB);
  static final Key<Long> LIMITS_WINDOW_MAX = size("limits.windowMax", 4 * MIB, 64 * KIB, GIB);
  static final Key<Long> LIMITS_PEER_BYTES =
      size("limits.peerBytes", 64 * MIB, 64 * KIB, 1024 * GIB);
  static final Key<Integer> LIMITS_EXCHANGES = count("limits.exchanges", 1024, 1, MILLION);
  static final Key<Long> LIMITS_UNACKNOWLEDGED =
      size("limits.unacknowledged", 256 * KIB, 4 * KIB, GIB);
  static final Key<Integer> LIMITS_PACKETS = count("limits.packets", MILLION, 1, 1000 * MILLION);

  static final Key<Integer> EVENTS_BUFFER = count("events.buffer", 1024, 1, MILLION);
  static final Key<Overflow> EVENTS_OVERFLOW =
      new Key<>("events.overflow", Overflow.DROP, Values.oneOf(Overflow.class));

  static final Key<List<String>> EVENTS_PUBLIC =
      new Key<>("events.public", List.of(), Values::names);

  static final Key<Duration> KEEP_ALIVE_INTERVAL =
      time("keepAlive.interval", Duration.ofSeconds(20), SHORTEST);
  static final Key<Duration> KEEP_ALIVE_TIMEOUT =
      time("keepAlive.timeout", Duration.ofSeconds(10), SHORTEST);
  static final Key<Duration> RECONNECT_FIRST =
      time("reconnect.first", Duration.ofMillis(100), SHORTEST);
  static final Key<Duration> RECONNECT_MAX =
      time("reconnect.max", Duration.ofSeconds(10), SHORTEST);

  /** The whole section in one word. */
  static final Key<TlsKind> TLS = new Key<>("tls", null, Values.oneOf(TlsKind.class));

  static final Key<Path> TLS_CERTIFICATE = new Key<>("tls.certificate", null, Values::path);
  static final Key<Path> TLS_KEY = new Key<>("tls.key", null, Values::path);
  static final Key<Path> TLS_TRUST = new Key<>("tls.trust", null, Values::path);

  /** The keys with an inside of their own: {@link PeerReader} and {@link GuestReader} read them. */
  static final String PEERS = "peers";

  static final String GUESTS = "guests";

  static final List<Key<?>> PLAIN =
      List.of(
          NAME,
          IDENTITY,
          SECURITY,
          LISTEN,
          ADVERTISE,
          TRUST_POLICY,
          TRUST_ALLOW,
          PROXY,
          CALL_TIMEOUT,
          DRAIN,
          RESUME_WINDOW,
          RESUME_MEMORY,
          KEYED_MEMORY,
          KEYED_BYTES,
          LIMITS_MESSAGE,
          LIMITS_WINDOW,
          LIMITS_WINDOW_MAX,
          LIMITS_PEER_BYTES,
          LIMITS_EXCHANGES,
          LIMITS_UNACKNOWLEDGED,
          LIMITS_PACKETS,
          EVENTS_BUFFER,
          EVENTS_OVERFLOW,
          EVENTS_PUBLIC,
          KEEP_ALIVE_INTERVAL,
          KEEP_ALIVE_TIMEOUT,
          RECONNECT_FIRST,
          RECONNECT_MAX,
          TLS,
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_TRUST);

  /** What {@code tls} may be besides a map of files. */
  enum TlsKind {
    AGENT
  }

  private Keys() {}

  /** The names of all keys in this table. */
  static Stream<String> names() {
    return Stream.concat(PLAIN.stream().map(Key::name), Stream.of(PEERS, GUESTS));
  }

  private static Key<Duration> time(String name, Duration fallback, Duration least) {
    return new Key<>(name, fallback, setting -> Values.duration(setting, least));
  }

  private static Key<Long> size(String name, long fallback, long least, long most) {
    return new Key<>(name, fallback, setting -> Values.size(setting, least, most));
  }

  private static Key<Integer> count(String name, int fallback, int least, int most) {
    return new Key<>(name, fallback, setting -> Values.count(setting, least, most));
  }
}
