package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.core.trust.TrustFiles.PinEntry;
import io.agentchannel.core.trust.TrustFiles.Pinned;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which key each peer has shown first, as ssh's known hosts: kept in the home, or for as long as
 * the agent runs where it has none. Thread-safe.
 */
public final class Pins {
  private static final Logger LOG = LoggerFactory.getLogger(Pins.class);
  private static final int MAX = 10_000;

  private final @Nullable TrustHome home;
  private final Lane lane;
  private final Clock clock;
  private @Nullable Stamp stamp;
  private boolean warned;

  /** By name; replaced as a whole, on the lane. */
  private volatile Map<String, PinEntry> pins = Map.of();

  /**
   * @param home where they are kept; null: in memory alone
   */
  Pins(@Nullable TrustHome home, Lane lane, Clock clock) {
    this.home = home;
    this.lane = lane;
    this.clock = clock;
  }

  /** What a peer is pinned by: its configured name, else its address, whatever the scheme. */
  public static String nameOf(@Nullable String peer, URI endpoint) {
    if (peer != null) {
      return peer;
    }
    String authority = endpoint.getRawAuthority();
    String path = endpoint.getRawPath();
    String address = authority == null ? endpoint.getSchemeSpecificPart() : authority;
    String host = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    boolean noPath = path == null || path.isEmpty() || path.equals("/");
    return noPath ? host : host + path;
  }

  /** What to run to accept another key by that name. */
  public static String forgetCommand(String name) {
    return Commands.quoted(Commands.forget(name));
  }

  /** The id that is pinned by this name now, or null. */
  public CompletionStage<@Nullable AgentId> find(String name) {
    return onLane(
        () -> {
          reload();
          PinEntry pin = pins.get(name);
          return pin == null ? null : pin.id();
        });
  }

  /**
   * Pins an id, unless another is pinned by that name already.
   *
   * @return the id that is pinned then
   */
  public CompletionStage<AgentId> pin(String name, AgentId id, URI at) {
    PinEntry known = pins.get(name);
    if (known != null && known.id().equals(id)) {
      return CompletableFuture.completedStage(id);
    }
    return onLane(() -> add(new PinEntry(name, id, at.toString(), clock.instant())));
  }

  /** Whether an agent is one whom we have called. In memory; does not block. */
  boolean isPinned(AgentId id) {
    for (PinEntry pin : pins.values()) {
      if (pin.id().equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** Where an agent was reached before, as far as it is known. In memory; does not block. */
  public List<URI> endpointsOf(AgentId id) {
    List<URI> endpoints = new ArrayList<>();
    for (PinEntry pin : pins.values()) {
      if (pin.id().equals(id) && pin.at() != null) {
        endpoints.add(URI.create(pin.at()));
      }
    }
    return endpoints;
  }

  private AgentId add(PinEntry pin) {
    if (home == null) {
      return keep(pins, pin);
    }
    try {
      return home.lock()
          .holding(
              () -> {
                Map<String, PinEntry> there = byName(home.pins().read());
                AgentId pinned = keep(there, pin);
                if (!there.containsKey(pin.name())) {
                  home.pins().replace(new Pinned(new ArrayList<>(pins.values())));
                  stamp = home.pins().stamp();
                }
                return pinned;
              });
    } catch (AgentException e) {
      if (!warned) {
        warned = true;
        LOG.warn("keys of peers are remembered only as long as this runs: {}", e.getMessage());
      }
      return keep(pins, pin);
    }
  }

  private AgentId keep(Map<String, PinEntry> there, PinEntry pin) {
    Map<String, PinEntry> next = new LinkedHashMap<>(there);
    PinEntry before = next.putIfAbsent(pin.name(), pin);
    if (next.size() > MAX) {
      next.remove(next.keySet().iterator().next());
    }
    pins = next;
    return before == null ? pin.id() : before.id();
  }

  /** Reads the file again if it has changed; one that cannot be read changes nothing. */
  void reload() {
    if (home == null || warned) {
      return;
    }
    Stamp now = home.pins().stamp();
    if (!now.equals(stamp)) {
      try {
        pins = byName(home.pins().read());
      } catch (AgentException e) {
        LOG.warn("{}; the known keys of peers stay as they were", e.getMessage());
      }
      stamp = now;
    }
  }

  private static Map<String, PinEntry> byName(Pinned file) {
    Map<String, PinEntry> named = new LinkedHashMap<>();
    file.pins().forEach(pin -> named.put(pin.name(), pin));
    return named;
  }

  private <T extends @Nullable Object> CompletionStage<T> onLane(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, lane);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
