package io.agentchannel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code agentchannel} command: its subcommands, and the exit code of what they did. */
@Command(
    name = "agentchannel",
    description = "Agents that call each other, over whatever reaches the peer.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    footer = {
      "",
      "Results go to standard output, everything else to standard error.",
      "Exit codes: 0 fine, 1 our own failure, 2 usage, 3 unreachable, 4 the peer's error,"
          + " 5 deadline, 130 interrupted."
    })
public final class Main implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    // Before anything logs: the level is read once.
    if (Failures.isDebug(Arrays.asList(args).contains("--debug"))) {
      System.setProperty("org.slf4j.simpleLogger.log.io.agentchannel", "debug");
    }
    Console console = Console.ofProcess();
    int exitCode = run(console, args);
    try {
      console.out().flush();
    } catch (IOException nobodyReads) {
      exitCode = exitCode == 0 ? CommandFailure.OWN_FAULT : exitCode;
    }
    System.exit(exitCode);
  }

  /** Runs one command line and returns its exit code. */
  static int run(Console console, String... args) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new DemoLibrarianCommand(console))
            .addSubcommand(new ServeCommand(console))
            .addSubcommand(new CallCommand(console))
            .addSubcommand(new StreamCommand(console))
            .addSubcommand(new PublishCommand(console))
            .addSubcommand(new SubscribeCommand(console))
            .addSubcommand(new DescribeCommand(console))
            .addSubcommand(new BrokerCommand(console))
            .addSubcommand(new IdCommand(console))
            .addSubcommand(new InviteCommand(console))
            .addSubcommand(TrustCommand.line(console));
    return line
        // "@FILE" is how --data names a file, not a file of arguments.
        .setExpandAtFiles(false)
        .registerConverter(Duration.class, Values::duration)
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(
            (failure, arguments) -> Failures.reportUsage(failure, console))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> report(failure, command, console))
        .execute(args);
  }

  private static int report(Exception failure, CommandLine line, Console console) {
    if (Interrupts.isStopping()) {
      return Interrupts.INTERRUPTED;
    }
    boolean known = line.getCommand() instanceof AgentCommand;
    AgentCommand command = known ? line.getCommand() : null;
    return Failures.report(
        failure,
        console,
        command != null && command.json,
        Failures.isDebug(command != null && command.debug));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      @Nullable String version = Main.class.getPackage().getImplementationVersion();
      // No manifest when the classes run from a directory, in an IDE say.
      return new String[] {"agentchannel " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
