package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import io.agentchannel.core.config.Keys.TlsKind;
import io.agentchannel.core.config.Settings.Events;
import io.agentchannel.core.config.Settings.KeepAlive;
import io.agentchannel.core.config.Settings.Keyed;
import io.agentchannel.core.config.Settings.Limits;
import io.agentchannel.core.config.Settings.Reconnect;
import io.agentchannel.core.config.Settings.Resume;
import io.agentchannel.core.config.Settings.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;

/** Reads the resolved values into {@link Settings} and holds the rules that span several keys. */
final class SettingsReader {
  private final Resolution resolution;

  SettingsReader(Resolution resolution) {
    this.resolution = resolution;
  }

  Settings read() {
    return new Settings(
        get(Keys.NAME),
        resolution.find(Keys.IDENTITY),
        get(Keys.SECURITY),
        get(Keys.LISTEN),
        get(Keys.ADVERTISE),
        PeerReader.read(resolution.peers()),
        GuestReader.read(resolution.guests()),
        new TrustRules(get(Keys.TRUST_POLICY), get(Keys.TRUST_ALLOW)),
        resolution.find(Keys.PROXY),
        get(Keys.CALL_TIMEOUT),
        get(Keys.DRAIN),
        new Resume(get(Keys.RESUME_WINDOW), get(Keys.RESUME_MEMORY)),
        new Keyed(get(Keys.KEYED_MEMORY), get(Keys.KEYED_BYTES)),
        limits(),
        new Events(
            get(Keys.EVENTS_BUFFER),
            get(Keys.EVENTS_OVERFLOW),
            new LinkedHashSet<>(get(Keys.EVENTS_PUBLIC))),
        new KeepAlive(get(Keys.KEEP_ALIVE_INTERVAL), get(Keys.KEEP_ALIVE_TIMEOUT)),
        reconnect(),
        tls(),
        new SettingsOptions(resolution.plain()));
  }

  private Limits limits() {
    requireNotLess(Keys.LIMITS_WINDOW_MAX, Keys.LIMITS_WINDOW);
    requireNotLess(Keys.LIMITS_PEER_BYTES, Keys.LIMITS_MESSAGE);
    requireNotLess(Keys.LIMITS_PEER_BYTES, Keys.LIMITS_WINDOW_MAX);
    return new Limits(
        get(Keys.LIMITS_MESSAGE),
        get(Keys.LIMITS_WINDOW),
        get(Keys.LIMITS_WINDOW_MAX),
        get(Keys.LIMITS_PEER_BYTES),
        get(Keys.LIMITS_EXCHANGES),
        get(Keys.LIMITS_UNACKNOWLEDGED),
        get(Keys.LIMITS_PACKETS));
  }

  private Reconnect reconnect() {
    Duration first = get(Keys.RECONNECT_FIRST);
    Duration max = get(Keys.RECONNECT_MAX);
    if (max.compareTo(first) < 0) {
      throw tooSmall(
          Keys.RECONNECT_MAX,
          Values.durationText(max),
          Keys.RECONNECT_FIRST,
          Values.durationText(first));
    }
    return new Reconnect(first, max);
  }

  private Tls tls() {
    Path certificate = resolution.find(Keys.TLS_CERTIFICATE);
    Path key = resolution.find(Keys.TLS_KEY);
    if (certificate != null && key == null) {
      throw alone(Keys.TLS_CERTIFICATE, Keys.TLS_KEY);
    }
    if (key != null && certificate == null) {
      throw alone(Keys.TLS_KEY, Keys.TLS_CERTIFICATE);
    }
    boolean agents = resolution.find(Keys.TLS) == TlsKind.AGENT;
    return new Tls(certificate, key, resolution.find(Keys.TLS_TRUST), agents);
  }

  private void requireNotLess(Key<Long> larger, Key<Long> smaller) {
    long large = get(larger);
    long small = get(smaller);
    if (large < small) {
      throw tooSmall(larger, Values.sizeText(large), smaller, Values.sizeText(small));
    }
  }

  private AgentException tooSmall(Key<?> key, String value, Key<?> other, String otherValue) {
    return Setting.invalid(
        key.name(),
        origin(key),
        value
            + " is less than "
            + other.name()
            + " ("
            + origin(other)
            + "), "
            + otherValue
            + "; raise it or lower the other");
  }

  private AgentException alone(Key<?> there, Key<?> missing) {
    return Setting.invalid(
        there.name(), origin(there), "needs " + missing.name() + " beside it; set both or neither");
  }

  private String origin(Key<?> key) {
    Setting setting = resolution.plain().get(key.name());
    return setting == null ? "default" : setting.origin();
  }

  private <T> T get(Key<T> key) {
    return Objects.requireNonNull(resolution.find(key), key.name());
  }
}
