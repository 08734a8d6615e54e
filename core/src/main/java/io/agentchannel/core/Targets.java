package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.config.PeerSettings;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.route.Destination;
import io.agentchannel.core.route.Target;
import io.agentchannel.core.trust.Invitation;
import io.agentchannel.core.trust.Pins;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a channel's target means: a configured name, an id, a URI or an invitation. One destination
 * for each.
 */
final class Targets {
  private final Settings settings;
  private final Pins pins;
  private final Function<Target.Description, Destination> maker;
  private final Map<String, Destination> made = new ConcurrentHashMap<>();

  Targets(Settings settings, Pins pins, Function<Target.Description, Destination> maker) {
    this.settings = settings;
    this.pins = pins;
    this.maker = maker;
  }

  Destination of(String text) {
    Destination known = made.get(text);
    return known != null ? known : made.computeIfAbsent(text, key -> maker.apply(describe(key)));
  }

  private Target.Description describe(String text) {
    PeerSettings peer = settings.peers().get(text);
    if (peer != null) {
      return describe(text, text, peer);
    }
    if (AgentId.isAgentId(text)) {
      AgentId id = parseId(text);
      for (Map.Entry<String, PeerSettings> entry : settings.peers().entrySet()) {
        if (id.equals(entry.getValue().id())) {
          return describe(text, entry.getKey(), entry.getValue());
        }
      }
      List<URI> before = pins.endpointsOf(id);
      return new Target.Description(
          text, id, before.isEmpty() ? null : before.get(0), text, null, null);
    }
    if (Invitation.isInvitation(text)) {
      return describe(parseInvitation(text), null);
    }
    if (text.contains(":")) {
      return describe(text, parseUri(text), null, null);
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

  private static Target.Description describe(String text, String name, PeerSettings peer) {
    AgentId id = peer.id();
    if (peer.at().isEmpty()) {
      return new Target.Description(text, id, null, String.valueOf(id), null, name);
    }
    URI endpoint = peer.at().get(0);
    if (!Invitation.isInvitation(endpoint)) {
      return describe(text, endpoint, id, name);
    }
    Invitation invitation = parseInvitation(endpoint.toString());
    if (id != null && !id.equals(invitation.id())) {
      throw invalid(name + " has the id " + id + ", but its invitation is to " + invitation.id());
    }
    return describe(invitation, name);
  }

  private static Target.Description describe(Invitation invitation, @Nullable String name) {
    return new Target.Description(
        invitation.toString(),
        invitation.id(),
        invitation.at().get(0),
        invitation.id().toString(),
        invitation.secret(),
        name);
  }

  /**
   * A path may name its agent by id: then that is who has to answer. A name may follow the id
   * (where several agents share an address, the id finds them), and has to be that agent's.
   */
  private static Target.Description describe(
      String text, URI endpoint, @Nullable AgentId id, @Nullable String name) {
    String path = lastSegment(endpoint);
    AgentId inPath = idIn(endpoint);
    AgentId meant = id == null ? inPath : id;
    String intended =
        meant == null || inPath != null && !AgentId.isAgentId(path) ? path : meant.toString();
    return new Target.Description(text, meant, endpoint, intended, null, name);
  }

  private static @Nullable AgentId idIn(URI endpoint) {
    String path = endpoint.getPath() == null ? "" : endpoint.getPath();
    for (String level : path.split("/")) {
      if (AgentId.isAgentId(level)) {
        return parseId(level);
      }
    }
    return null;
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

  private static Invitation parseInvitation(String text) {
    try {
      return Invitation.parse(text);
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

  /** Calls to plain services whose caller waits for one reply. */
  int awaitedReplies() {
    return made.values().stream().mapToInt(Destination::awaitedReplies).sum();
  }

  /** Completes when what had gathered for the peers is sent. */
  CompletableFuture<Void> closeAll() {
    return CompletableFuture.allOf(
        made.values().stream().map(Destination::close).toArray(CompletableFuture[]::new));
  }
}
