package io.agentchannel.cli;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import picocli.CommandLine.Parameters;

/** A command that talks to one peer and ends. */
abstract class ClientCommand extends AgentCommand {

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = "Who: a URI (ws://host:port), or a peer's name or id from the configuration.")
  String target = "";

  ClientCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // Closed for what that undoes.
  public final Integer call() throws Exception {
    try (Agent agent = startClient();
        AgentChannel channel = channel(agent);
        Patience patience = Patience.with(channel, console);
        Interrupts interrupts =
            Interrupts.run(
                () -> {
                  channel.close();
                  agent.close();
                },
                Interrupts.INTERRUPTED)) {
      return converse(channel);
    }
  }

  /** Says what there is to say and returns the exit code. */
  abstract int converse(AgentChannel channel) throws Exception;

  /** An agent that calls: it listens nowhere, even if its configuration is a server's. */
  final Agent startClient() {
    AgentBuilder builder = builder("cli").listen();
    if (!Home.canKeepKeys() && !hasIdentity()) {
      console.say(
          "agentchannel: there is no folder to keep a key in, so this run has one of its own;"
              + " AGENTCHANNEL_HOME names a folder");
      builder.identity("ephemeral");
    }
    return start(builder);
  }

  private boolean hasIdentity() {
    return config().values().containsKey("identity")
        || settings().containsKey("identity")
        || System.getenv("AGENTCHANNEL_IDENTITY") != null;
  }

  private AgentChannel channel(Agent agent) {
    try {
      return agent.channel(target);
    } catch (AgentException e) {
      boolean wrong = e.code() == Code.INVALID_ARGUMENT;
      throw CommandFailure.of(wrong ? CommandFailure.USAGE : e.code().exitCode(), e);
    }
  }
}
