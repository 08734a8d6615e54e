package io.agentchannel.cli;

import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Payload;
import io.agentchannel.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the events of a topic. */
@Command(name = "subscribe", description = "Prints the events of a peer's topic as they come.")
final class SubscribeCommand extends ClientCommand {

  @Parameters(index = "1", paramLabel = "TOPIC", description = "The topic.")
  String topic = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      order = 10,
      description = "Ends after so many events; without it, when the publisher or you end it.")
  long count = Long.MAX_VALUE;

  SubscribeCommand(Console console) {
    super(console);
  }

  @Override
  int converse(AgentChannel channel) throws Exception {
    Topic<Payload> subscribed = Names.checked(() -> Topic.of(topic, Payload.class));
    Printer printer = new Printer();
    try (EventSubscription subscription = channel.subscribe(subscribed, printer)) {
      subscription.accepted().thenRun(() -> console.say("subscribed"));
      printer.done.get();
      return 0;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private final class Printer implements EventHandler<Payload> {
    final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private final Results results = new Results(console, json);
    private long printed;

    @Override
    public void onEvent(Payload event) {
      if (done.isDone()) {
        return;
      }
      try {
        results.write(event);
      } catch (java.io.IOException nobodyReads) {
        done.completeExceptionally(nobodyReads);
        return;
      }
      if (++printed >= count) {
        done.complete(null);
      }
    }

    @Override
    public void onDropped(long lost) {
      console.say("agentchannel: " + lost + " events were lost here, this reader is too slow");
    }

    @Override
    public void onClosed(@Nullable AgentException failure) {
      if (failure == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(failure);
      }
    }
  }
}
