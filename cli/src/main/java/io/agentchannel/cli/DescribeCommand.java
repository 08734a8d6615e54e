package io.agentchannel.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentchannel.AgentChannel;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Unary;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/** Shows what a peer serves. */
@Command(
    name = "describe",
    description =
        "Shows a peer's operations, their kinds and JSON shapes, each with a call to paste.")
final class DescribeCommand extends ClientCommand {
  private static final Unary<Payload, Payload> DESCRIBE = Operation.raw("agentchannel.describe");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9@%+=:,./_-]+");

  DescribeCommand(Console console) {
    super(console);
  }

  @Override
  int converse(AgentChannel channel) throws IOException {
    Payload reply = channel.request(DESCRIBE, Payload.ofText(""));
    JsonNode description = JSON.readTree(reply.utf8());
    Results results = new Results(console, json);
    if (json) {
      results.write(description);
      return 0;
    }
    results.line(shown(description, "name") + "  " + shown(description, "id"));
    for (JsonNode endpoint : description.path("endpoints")) {
      results.line("reached at " + Text.oneLine(endpoint.asText()));
    }
    for (JsonNode operation : description.path("operations")) {
      show(operation, results);
    }
    for (JsonNode topic : description.path("topics")) {
      String name = topic.path("name").asText();
      results.line("");
      results.line("topic " + Text.oneLine(name) + "  " + shape(topic.path("event")));
      paste(results, name, "subscribe " + word(target) + " " + name);
    }
    return 0;
  }

  private void show(JsonNode operation, Results results) throws IOException {
    String name = operation.path("name").asText();
    String kind = operation.path("kind").asText();
    String request = shape(operation.path("request"));
    String reply = shape(operation.path("reply"));
    results.line("");
    results.line(
        Text.oneLine(name)
            + "  "
            + Text.oneLine(kind.toLowerCase(Locale.ROOT).replace('_', '-'))
            + (operation.path("idempotent").asBoolean() ? ", idempotent" : "")
            + "  "
            + request
            + (reply.isEmpty() ? "" : " → " + reply));
    switch (kind.toLowerCase(Locale.ROOT)) {
      case "unary" -> paste(results, name, "call " + word(target) + " " + name + data(request));
      case "streaming" ->
          paste(results, name, "stream " + word(target) + " " + name + data(request));
      default -> {
        // No command has conversations or one-way messages.
      }
    }
  }

  /** What a stranger calls an operation goes into a command to paste only if it is a name. */
  private static void paste(Results results, String name, String command) throws IOException {
    if (NAME.matcher(name).matches()) {
      results.line("    agentchannel " + command);
    }
  }

  private static String data(String shape) {
    try {
      if (JSON.readTree(shape).isContainerNode()) {
        return " --data " + Text.shellQuoted(shape);
      }
    } catch (JsonProcessingException notJson) {
      // Text or bytes.
    }
    return " --data '…'";
  }

  private static String word(String text) {
    return PLAIN_WORD.matcher(text).matches() ? text : Text.shellQuoted(text);
  }

  private static String shape(JsonNode node) {
    boolean absent = node.isMissingNode() || node.isNull();
    return Text.oneLine(node.isTextual() ? node.asText() : absent ? "" : node.toString());
  }

  private static String shown(JsonNode node, String field) {
    return Text.oneLine(node.path(field).asText());
  }
}
