package io.agentchannel.cli;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.Payload;
import io.agentchannel.Topic;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes events. */
@Command(
    name = "publish",
    description = {
      "Publishes events to whoever is subscribed: each line of standard input is one, until it"
          + " ends; or --data again and again with --every.",
      "Events are not kept: who subscribes later does not get them."
    })
final class PublishCommand extends AgentCommand {

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
  String topic = "";

  @Mixin ListenOptions listen = new ListenOptions();
  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = "--every",
      paramLabel = "TIME",
      order = 12,
      description = "Publishes --data at this interval until it is told to stop.")
  @Nullable Duration every;

  @Option(
      names = "--await-subscribers",
      paramLabel = "N",
      order = 13,
      description = "Publishes nothing before so many have subscribed.")
  int awaited;

  PublishCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // Closed for what that undoes.
  public Integer call() throws Exception {
    Topic<Payload> published = Names.checked(() -> Topic.of(topic, Payload.class));
    if (every != null && !data.isGiven()) {
      throw CommandFailure.usage("--every repeats --data: add it");
    }
    if (awaited < 0) {
      throw CommandFailure.usage("--await-subscribers is 0 or more");
    }
    Subscribers subscribers = new Subscribers(awaited);
    AgentBuilder builder = builder("agent").topic(published).serverInterceptor(subscribers);
    listen.applyTo(builder);
    try (Agent agent = start(builder);
        Interrupts interrupts = Interrupts.run(agent::close, Interrupts.INTERRUPTED)) {
      ListenOptions.requireEndpoints(agent);
      console.say(ListenOptions.readyLine(agent, json));
      subscribers.await();
      if (every != null) {
        repeat(agent, published, every);
      } else if (data.isGiven()) {
        agent.publish(published, data.read(console.in()));
      } else {
        publishLines(agent, published);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Interrupts.INTERRUPTED;
    }
    return 0;
  }

  private void repeat(Agent agent, Topic<Payload> published, Duration interval)
      throws IOException, InterruptedException {
    Payload event = data.read(console.in());
    while (true) {
      agent.publish(published, event);
      TimeUnit.NANOSECONDS.sleep(interval.toNanos());
    }
  }

  private void publishLines(Agent agent, Topic<Payload> published) throws IOException {
    InputStream in = new BufferedInputStream(console.in());
    Lines lines = new Lines(in, Lines.MAX_EVENT);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      agent.publish(published, data.payload(line));
    }
  }
}
