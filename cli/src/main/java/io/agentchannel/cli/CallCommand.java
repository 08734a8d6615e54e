package io.agentchannel.cli;

import io.agentchannel.AgentChannel;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Unary;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Calls an operation and prints the reply. */
@Command(name = "call", description = "Calls an operation of a peer and prints its reply.")
final class CallCommand extends ClientCommand {

  @Parameters(index = "1", paramLabel = "OP", description = "The operation.")
  String operation = "";

  @Mixin DataOptions data = new DataOptions();
  @Mixin CallOptionsArgs options = new CallOptionsArgs();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      order = 16,
      description = "How long to wait for the peer to approve this caller, where it does not yet.")
  @Nullable Duration patience;

  CallCommand(Console console) {
    super(console);
  }

  @Override
  int converse(AgentChannel channel) throws IOException, InterruptedException {
    Unary<Payload, Payload> called = Names.checked(() -> Operation.raw(operation));
    CallOptions callOptions = options.options();
    Payload request = data.read(console.in());
    Approval approval = new Approval(patience == null ? Duration.ZERO : patience, console);
    new Results(console, json)
        .write(approval.await(() -> channel.request(called, request, callOptions)));
    return 0;
  }
}
