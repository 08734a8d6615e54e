package io.agentchannel.cli;

import io.agentchannel.broker.LightBroker;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A broker for those who have none yet. */
@Command(
    name = "broker",
    description = {
      "Runs a light MQTT 5 broker, FOR DEVELOPMENT: whoever reaches its port may read and write"
          + " everything, and nothing survives its end.",
      "Agents listen at it with --listen mqtt://HOST:PORT, and are called at the endpoint that they"
          + " print."
    },
    mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "An address of this machine; ${DEFAULT-VALUE} unless given.")
  String host = "";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "1883",
      description = "0 for any free one; ${DEFAULT-VALUE} unless given.")
  int port;

  BrokerCommand(Console console) {
    this.console = console;
  }

  @Override
  @SuppressWarnings("try") // Closed for what that undoes.
  public Integer call() {
    if (port < 0 || port > 0xffff) {
      throw CommandFailure.usage("--port is from 0 to 65535");
    }
    try (LightBroker broker = LightBroker.start(host, port);
        Interrupts interrupts = Interrupts.run(broker::close, 0)) {
      console.say("ready for development, open to whoever reaches it: " + broker.uri());
      new CountDownLatch(1).await();
    } catch (IOException e) {
      throw CommandFailure.fault("the broker cannot start: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
