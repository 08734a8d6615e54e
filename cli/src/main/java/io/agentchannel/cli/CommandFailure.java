package io.agentchannel.cli;

/** A command cannot go on, for a reason on this side; the message is the line the user sees. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int OWN_FAULT = 1;
  static final int USAGE = 2;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What was asked for makes no sense. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message);
  }

  /** What was asked for went wrong here. */
  public static CommandFailure fault(String message) {
    return new CommandFailure(OWN_FAULT, message);
  }

  static CommandFailure of(int exitCode, Throwable cause) {
    return of(exitCode, String.valueOf(cause.getMessage()), cause);
  }

  static CommandFailure of(int exitCode, String message, Throwable cause) {
    return new CommandFailure(exitCode, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
