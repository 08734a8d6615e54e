package io.agentchannel.cli;

import io.agentchannel.AgentChannel;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Calls a streaming operation and prints the items as they come. */
@Command(
    name = "stream",
    description = "Calls a streaming operation of a peer and prints its items as they come.")
final class StreamCommand extends ClientCommand {

  @Parameters(index = "1", paramLabel = "OP", description = "The operation.")
  String operation = "";

  @Mixin DataOptions data = new DataOptions();
  @Mixin CallOptionsArgs options = new CallOptionsArgs();

  @Option(
      names = "--count",
      paramLabel = "N",
      order = 15,
      description = "Ends the call after so many items.")
  long count = Long.MAX_VALUE;

  StreamCommand(Console console) {
    super(console);
  }

  @Override
  int converse(AgentChannel channel) throws IOException {
    Streaming<Payload, Payload> called =
        Names.checked(() -> Operation.streaming(operation, Payload.class, Payload.class));
    CallOptions callOptions = options.options();
    Payload request = data.read(console.in());
    Results results = new Results(console, json);
    long taken = 0;
    try (ReplyStream<Payload> items = channel.stream(called, request, callOptions)) {
      for (Payload item : items) {
        results.write(item);
        if (++taken >= count) {
          break;
        }
      }
    }
    return 0;
  }
}
