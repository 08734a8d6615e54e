package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.config.PeerSettings;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.route.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a channel's target means: a configured name, an id, or a URI. One target for each. */
final class Targets {
  private final Settings settings;
  private final Function<Target.Description, Target> maker;
  private final Map<String, Target> made = new ConcurrentHashMap<>();

  Targets(Settings settings, Function<Target.Description, Target> maker) {
    this.settings = settings;
    this.maker = maker;
  }

  Target of(String text) {
    Target known = made.get(text);
    return known != null ? known : made.computeIfAbsent(text, key -> maker.apply(describe(key)));
  }

  private Target.Description describe(String text) {
    PeerSettings peer = settings.peers().get(text);
    if (peer != null) {
      return describe(text, peer);
    }
    if (AgentId.isAgentId(text)) {
      AgentId id = parseId(text);
      for (Map.Entry<String, PeerSettings> entry : settings.peers().entrySet()) {
        if (id.equals(entry.getValue().id())) {
          return describe(text, entry.getValue());
        }
      }
      return new Target.Description(text, id, null, text);
    }
    if (text.contains(":")) {
      URI endpoint = parseUri(text);
      return new Target.Description(text, null, endpoint, lastSegment(endpoint));
    }
    throw new AgentException(
        Code.NOT_FOUND,
        Outcome.NOT_SENT,
        "no peer "
            + text
            + " is configured"
            + (settings.peers().isEmpty()
                ? "; give a URI or an agent id, or add it under peers:"
                : "; there are " + new TreeSet<>(settings.peers().keySet())));
  }

  private static Target.Description describe(String text, PeerSettings peer) {
    URI endpoint = peer.at().isEmpty() ? null : peer.at().get(0);
    AgentId id = peer.id();
    String path = endpoint == null ? "" : lastSegment(endpoint);
    return new Target.Description(text, id, endpoint, id == null ? path : id.toString());
  }

  /** The agent that an endpoint's path names; empty if it names none. */
  private static String lastSegment(URI endpoint) {
    String path = endpoint.getPath();
    if (path == null) {
      return "";
    }
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  private static AgentId parseId(String text) {
    try {
      return AgentId.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage());
    }
  }

  private static URI parseUri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw invalid("not a URI: " + e.getReason() + " at character " + e.getIndex());
    }
  }

  private static AgentException invalid(@Nullable String message) {
    return new AgentException(
        Code.INVALID_ARGUMENT, Outcome.NOT_SENT, message == null ? "not a target" : message);
  }

  /** Completes when what had gathered for the peers is sent. */
  CompletableFuture<Void> closeAll() {
    return CompletableFuture.allOf(
        made.values().stream().map(Target::close).toArray(CompletableFuture[]::new));
  }
}
