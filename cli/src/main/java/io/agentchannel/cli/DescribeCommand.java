package io.agentchannel.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentchannel.AgentCard;
import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import io.agentchannel.AgentChannel;
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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9@%+=:,./_-]+");

  DescribeCommand(Console console) {
    super(console);
  }

  @Override
  int converse(AgentChannel channel) throws IOException {
    AgentCard card = channel.card();
    Results results = new Results(console, json);
    if (json) {
      results.write(JSON.readTree(card.signedJson()));
      return 0;
    }
    results.line(Text.oneLine(card.name()) + "  " + card.id());
    for (String endpoint : card.endpoints()) {
      results.line("reached at " + Text.oneLine(endpoint));
    }
    // An invitation is used up by now.
    String peer = target.startsWith("agentchannel:") ? card.id().toString() : target;
    for (CardOperation operation : card.operations()) {
      show(operation, peer, results);
    }
    for (CardTopic topic : card.topics()) {
      results.line("");
      results.line("topic " + Text.oneLine(topic.name()) + "  " + Text.oneLine(topic.event()));
      paste(results, topic.name(), "subscribe " + word(peer) + " " + topic.name());
    }
    return 0;
  }

  private static void show(CardOperation operation, String peer, Results results)
      throws IOException {
    String name = operation.name();
    String request = Text.oneLine(operation.request());
    String reply = operation.reply() == null ? "" : Text.oneLine(operation.reply());
    results.line("");
    results.line(
        Text.oneLine(name)
            + "  "
            + operation.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
            + (operation.idempotent() ? ", idempotent" : "")
            + "  "
            + request
            + (reply.isEmpty() ? "" : " → " + reply));
    switch (operation.kind()) {
      case UNARY -> paste(results, name, "call " + word(peer) + " " + name + data(request));
      case STREAMING -> paste(results, name, "stream " + word(peer) + " " + name + data(request));
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
}
