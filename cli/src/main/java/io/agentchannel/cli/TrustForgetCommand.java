package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.agentchannel.AgentId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Forgets a peer's key. */
@Command(
    name = "forget",
    description = "Forgets the key of a peer: the next one that it shows is accepted and kept.")
final class TrustForgetCommand extends TrustAdminCommand {

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "What it is pinned by, as trust list shows it.")
  String name = "";

  TrustForgetCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    AgentId was = trust(store -> store.forget(name));
    Results results = new Results(console, json);
    if (json) {
      results.write(
          JsonNodeFactory.instance.objectNode().put("forgotten", name).put("id", was.toString()));
    } else {
      results.line("whoever answers next at " + Text.oneLine(name) + " is believed; it was " + was);
    }
    return 0;
  }
}
