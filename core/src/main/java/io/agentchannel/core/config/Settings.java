package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.AgentSpec;
import io.agentchannel.spi.Options;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one agent, checked and typed. Sizes are bytes. Immutable.
 *
 * @param identity a key file's path or {@code ephemeral}; null for the file in the agent's home
 * @param peers by name, in the order they were written
 * @param options every key once more, as the transports read it
 */
public record Settings(
    String name,
    @Nullable String identity,
    List<URI> listen,
    List<URI> advertise,
    Map<String, PeerSettings> peers,
    GuestRules guests,
    Duration callTimeout,
    Duration drain,
    Resume resume,
    Keyed keyed,
    Limits limits,
    Events events,
    KeepAlive keepAlive,
    Reconnect reconnect,
    Tls tls,
    Options options) {

  /** For how long a call may be without a link, and a caller's record without any. */
  public record Resume(Duration window, Duration memory) {}

  /** For how long and in how many bytes keyed calls are remembered. */
  public record Keyed(Duration memory, long bytes) {}

  /**
   * What a peer may ask for.
   *
   * @param window what may be sent ahead on one call at first; {@code windowMax} later
   * @param peerBytes what one peer may make this agent hold
   * @param exchanges how many calls of one peer run at once
   */
  public record Limits(long message, long window, long windowMax, long peerBytes, int exchanges) {}

  /** How far a subscriber may be behind, and what happens then. */
  public record Events(int buffer, Overflow overflow) {}

  /** What happens when a subscriber is further behind than the buffer is long. */
  public enum Overflow {
    /** It loses the oldest events and is told how many. */
    DROP,
    /** Its subscription ends. */
    CLOSE
  }

  /** How often an idle link is asked for a sign of life, and how long it may take to give one. */
  public record KeepAlive(Duration interval, Duration timeout) {}

  /** The first and the longest wait before a lost link is made again. */
  public record Reconnect(Duration first, Duration max) {}

  /** PEM files; certificate and key come together or not at all. */
  public record Tls(@Nullable Path certificate, @Nullable Path key, @Nullable Path trust) {}

  /**
   * Lays builder over environment over configuration and checks the result.
   *
   * @param environment the process's variables; those that begin with {@code AGENTCHANNEL_} count
   * @param transportKeys the {@link io.agentchannel.spi.Transport#optionKeys} of all transports
   * @throws AgentException {@link Code#INVALID_ARGUMENT}; one line that names the key, where it was
   *     set, and what to write instead
   */
  public static Settings resolve(
      AgentSpec spec, Map<String, String> environment, Set<String> transportKeys) {
    Resolution resolution = new Resolution(new Schema(transportKeys), new References(environment));
    resolution.add(spec.config().values(), spec.config().origin());
    resolution.addEnvironment(environment);
    resolution.add(spec.overrides(), "builder");
    return new SettingsReader(resolution).read();
  }

  public Settings {
    Objects.requireNonNull(name);
    listen = List.copyOf(listen);
    advertise = List.copyOf(advertise);
  }

  /** The name; values may be secrets. */
  @Override
  public String toString() {
    return "Settings[" + name + "]";
  }
}
