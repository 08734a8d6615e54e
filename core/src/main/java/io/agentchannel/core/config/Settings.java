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
 * @param proxy null: none
 * @param options every key once more, as the transports read it
 */
public record Settings(
    String name,
    @Nullable String identity,
    Security security,
    List<URI> listen,
    List<URI> advertise,
    Map<String, PeerSettings> peers,
    GuestRules guests,
    TrustRules trust,
    @Nullable ProxyRule proxy,
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
   * @param unacknowledged what is sent ahead of acknowledgements on a link through a broker or a
   *     relay
   * @param packets how many packets one peer may send in a second
   */
  public record Limits(
      long message,
      long window,
      long windowMax,
      long peerBytes,
      int exchanges,
      long unacknowledged,
      int packets) {}

  /** How links to other agents are protected; both ends must have the same. */
  public enum Security {
    /** Each side proves who it is, and packets are encrypted end to end. */
    SEALED,
    /** Everybody is believed and everything is in clear: for tests. */
    NONE
  }

  /**
   * How far a subscriber may be behind, and what happens then.
   *
   * @param publicTopics whose events go to whoever a broker lets subscribe, too
   */
  public record Events(int buffer, Overflow overflow, Set<String> publicTopics) {

    public Events {
      publicTopics = Set.copyOf(publicTopics);
    }

    /** Without public topics. */
    public Events(int buffer, Overflow overflow) {
      this(buffer, overflow, Set.of());
    }
  }

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

  /**
   * PEM files; certificate and key come together or not at all.
   *
   * @param isAgents certificates are the agents' own, and there are no files
   */
  public record Tls(
      @Nullable Path certificate, @Nullable Path key, @Nullable Path trust, boolean isAgents) {

    /** Of files, or of the system where they are null. */
    public Tls(@Nullable Path certificate, @Nullable Path key, @Nullable Path trust) {
      this(certificate, key, trust, false);
    }
  }

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
