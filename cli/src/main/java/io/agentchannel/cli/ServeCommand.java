package io.agentchannel.cli;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.cli.exec.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes an agent of programs. */
@Command(
    name = "serve",
    description = {
      "Makes an agent of any program: it gets the request on its standard input, what it writes to"
          + " its standard output is the reply.",
      "The program runs once a request, by /bin/sh -c. An exit status other than 0 fails the call"
          + " with the last line of its standard error. When the caller cancels or its time is up,"
          + " the program and all it has started are ended. It finds AGENTCHANNEL_PEER,"
          + " AGENTCHANNEL_OPERATION and AGENTCHANNEL_EXCHANGE in its environment."
    })
final class ServeCommand extends AgentCommand {
  private static final long DEFAULT_MAX_MESSAGE = 16L << 20;

  /** An operation and the program behind it. */
  static final class Served {
    @Option(names = "--op", required = true, paramLabel = "OP", description = "The operation.")
    String operation = "";

    @Option(
        names = "--exec",
        required = true,
        paramLabel = "CMD",
        description = "The shell command that serves it.")
    String command = "";

    @Option(
        names = "--stream",
        description = "A streaming operation: each line of output is an item.")
    boolean stream;
  }

  @Mixin ListenOptions listen = new ListenOptions();

  @ArgGroup(exclusive = false, multiplicity = "1..*", order = 3)
  List<Served> served = new ArrayList<>();

  @Option(
      names = "--max-processes",
      paramLabel = "N",
      order = 6,
      description =
          "How many programs may run at once; by default two a processor. Four times as many"
              + " requests wait for their turn, the others are refused with RESOURCE_EXHAUSTED.")
  int maxProcesses = 2 * Runtime.getRuntime().availableProcessors();

  ServeCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // Closed for what that undoes.
  public Integer call() {
    if (maxProcesses < 1) {
      throw CommandFailure.usage("--max-processes is 1 or more");
    }
    AgentBuilder builder = builder("agent");
    listen.applyTo(builder);
    try (Programs programs = new Programs(maxProcesses, maxMessage())) {
      builder.serverInterceptor(programs.admission());
      for (Served one : served) {
        serve(one, builder, programs);
      }
      try (Agent agent = start(builder);
          Interrupts interrupts = Interrupts.run(() -> stop(agent, programs), 0)) {
        ListenOptions.requireEndpoints(agent);
        console.say(ListenOptions.readyLine(agent, json));
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return 0;
  }

  private void serve(Served one, AgentBuilder builder, Programs programs) {
    Names.checked(
        () ->
            one.stream
                ? builder.serveStream(
                    Operation.streaming(one.operation, Payload.class, Payload.class),
                    programs.stream(one.command))
                : builder.serve(Operation.raw(one.operation), programs.unary(one.command)));
  }

  /** The agent first: what runs may finish while it drains. */
  private void stop(Agent agent, Programs programs) {
    console.say("stopping, what runs may finish");
    agent.close();
    programs.close();
  }

  /** The runtime refuses larger replies; this keeps them from being collected at all. */
  private long maxMessage() {
    Object configured = setting("limits.message", DEFAULT_MAX_MESSAGE);
    try {
      return Values.size(configured);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("limits.message: " + e.getMessage());
    }
  }
}
