package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an invitation. */
@Command(
    name = "invite",
    description = {
      "Prints an invitation to an agent of this home: a URI to be used once, in place of an"
          + " address. Whoever uses it knows whom to expect, and may call.",
      "It holds a secret: hand it over as you would a password."
    })
final class InviteCommand extends TrustAdminCommand {

  @Option(
      names = "--name",
      paramLabel = "N",
      order = 1,
      description = "To which agent; by default the one of the configuration.")
  @Nullable String name;

  @Option(
      names = "--ops",
      paramLabel = "OP,OP",
      order = 2,
      description = "What it allows to call; by default everything. Repeatable.")
  List<String> operations = new ArrayList<>();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      order = 3,
      description = "How long it is good: 10m (default), 2h.")
  Duration validFor = Duration.ofMinutes(10);

  @Option(
      names = "--at",
      paramLabel = "URI",
      order = 4,
      description =
          "Where the agent is reached; by default what the configuration advertises, or listens at."
              + " Repeatable.")
  List<String> at = new ArrayList<>();

  InviteCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (name != null) {
      settings.add("name=" + name);
    } else if (setting("name", "").equals("") && System.getenv("AGENTCHANNEL_NAME") == null) {
      throw CommandFailure.usage("an invitation to whom? add --name N, or --config FILE");
    }
    List<URI> endpoints = at.stream().map(InviteCommand::endpoint).toList();
    String invitation = trust(store -> store.invite(operations(operations), validFor, endpoints));
    Results results = new Results(console, json);
    if (json) {
      results.write(JsonNodeFactory.instance.objectNode().put("invitation", invitation));
    } else {
      results.line(invitation);
    }
    return 0;
  }

  private static URI endpoint(String text) {
    try {
      URI endpoint = new URI(text);
      if (endpoint.getScheme() != null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // The same answer as for one without a scheme.
    }
    throw CommandFailure.usage("--at takes an endpoint, ws://host:port say, not " + text);
  }
}
