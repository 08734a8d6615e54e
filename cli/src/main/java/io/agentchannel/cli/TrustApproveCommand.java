package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.TrustStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets an agent call. */
@Command(
    name = "approve",
    description = "Lets an agent call the agents of this home; those that run notice it at once.")
final class TrustApproveCommand extends TrustAdminCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "did:key:z6Mk…, or z6Mk… alone.")
  String id = "";

  @Option(
      names = "--ops",
      paramLabel = "OP,OP",
      order = 10,
      description = "Which operations; by default all, those to come included. Repeatable.")
  List<String> operations = new ArrayList<>();

  TrustApproveCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    TrustStore.Allowed allowed = trust(store -> store.approve(id(id), operations(operations)));
    Results results = new Results(console, json);
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("id", allowed.id().toString()).put("name", allowed.name());
      allowed.operations().forEach(node.putArray("operations")::add);
      results.write(node);
    } else {
      String name = allowed.name();
      results.line(
          allowed.id()
              + (name == null ? "" : ", which calls itself " + Text.oneLine(name) + ",")
              + " may call "
              + shown(allowed.operations()));
    }
    return 0;
  }
}
