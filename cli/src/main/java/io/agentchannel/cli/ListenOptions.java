package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who an agent is, where it listens and whom it lets in. */
final class ListenOptions {
  private static final Set<String> WORDS = Set.of("none", "loopback", "broker");
  private static final String TOKEN = "token:";

  @Option(names = "--name", paramLabel = "N", order = 1, description = "What the agent is called.")
  @Nullable String name;

  @Option(
      names = "--listen",
      paramLabel = "URI",
      arity = "1..*",
      order = 2,
      description = "Where it can be called: ws://127.0.0.1:7080; port 0 takes a free one.")
  List<String> listen = new ArrayList<>();

  @Option(
      names = "--guests",
      paramLabel = "WHO",
      order = 5,
      description =
          "Which plain clients, without an agent of their own, may call: none (default), loopback,"
              + " broker, or token:T for whoever shows the token T (repeatable; other users of this"
              + " machine can read command lines, a configuration file keeps it to yourself).")
  List<String> guests = new ArrayList<>();

  void applyTo(AgentBuilder builder) {
    if (name != null) {
      builder.name(name);
    }
    if (!listen.isEmpty()) {
      builder.listen(listen.toArray(String[]::new));
    }
    if (!guests.isEmpty()) {
      builder.guests(guests(guests));
    }
  }

  private static Object guests(List<String> given) {
    if (given.size() == 1 && WORDS.contains(given.get(0))) {
      return given.get(0);
    }
    List<String> tokens = new ArrayList<>();
    for (String text : given) {
      if (!text.startsWith(TOKEN) || text.length() == TOKEN.length()) {
        throw CommandFailure.usage(
            "--guests takes none, loopback or broker, or any number of token:T");
      }
      tokens.add(text.substring(TOKEN.length()));
    }
    return Map.of("tokens", tokens);
  }

  /** Fails if nobody could ever call this agent. */
  static void requireEndpoints(Agent agent) {
    if (agent.endpoints().isEmpty()) {
      throw CommandFailure.usage("nobody can call it: add --listen URI, ws://127.0.0.1:7080 say");
    }
  }

  /** The line that says the agent can be called now. */
  static String readyLine(Agent agent, boolean json) {
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("ready", true).put("name", agent.name()).put("id", agent.id().toString());
      ArrayNode endpoints = node.putArray("endpoints");
      agent.endpoints().forEach(endpoint -> endpoints.add(endpoint.toString()));
      return node.toString();
    }
    StringBuilder line = new StringBuilder("ready ").append(agent.id());
    for (URI endpoint : agent.endpoints()) {
      line.append(' ').append(endpoint);
    }
    return line.toString();
  }
}
