package io.agentchannel.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who may call the agents of this home. */
@Command(
    name = "trust",
    description = "Shows and changes who may call the agents of this home.",
    mixinStandardHelpOptions = true)
final class TrustCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** The command with what is below it. */
  static CommandLine line(Console console) {
    return new CommandLine(new TrustCommand())
        .addSubcommand(new TrustListCommand(console))
        .addSubcommand(new TrustApproveCommand(console))
        .addSubcommand(new TrustRevokeCommand(console))
        .addSubcommand(new TrustForgetCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "trust what? list, approve ID, revoke ID or forget NAME");
  }
}
