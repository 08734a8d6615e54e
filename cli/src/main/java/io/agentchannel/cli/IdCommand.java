package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.agentchannel.Agent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints an agent's id. */
@Command(
    name = "id",
    description = "Prints an agent's id; its key is made if it has none yet. By default cli's own.")
final class IdCommand extends AgentCommand {

  @Option(names = "--name", paramLabel = "N", order = 10, description = "Whose.")
  @Nullable String name;

  IdCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    var builder = builder("cli").listen();
    if (name != null) {
      builder.name(name);
    }
    try (Agent agent = start(builder)) {
      Results results = new Results(console, json);
      if (json) {
        results.write(
            JsonNodeFactory.instance
                .objectNode()
                .put("name", agent.name())
                .put("id", agent.id().toString()));
      } else {
        results.line(agent.id().toString());
      }
      return 0;
    }
  }
}
