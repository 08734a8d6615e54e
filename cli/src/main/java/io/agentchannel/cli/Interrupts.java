package io.agentchannel.cli;

/**
 * What a command does when its process is told to stop (SIGINT, SIGTERM): it cleans up and ends
 * with an exit code of its own choice, which the JVM's would be otherwise. Closing it, when the
 * command ends by itself, takes the clean-up back.
 */
final class Interrupts implements AutoCloseable {
  /** The exit code of a command that was interrupted. */
  static final int INTERRUPTED = 130;

  private static volatile boolean stopping;

  private final Thread hook;

  private Interrupts(Thread hook) {
    this.hook = hook;
  }

  static Interrupts run(Runnable cleanUp, int exitCode) {
    Thread hook =
        new Thread(
            () -> {
              stopping = true;
              try {
                cleanUp.run();
              } finally {
                // Not exit(): that waits for this very thread.
                Runtime.getRuntime().halt(exitCode);
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interrupts(hook);
  }

  /** Whether the process is on its way out, so that what fails now is no news. */
  static boolean isStopping() {
    return stopping;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stoppingAlready) {
      // The hook runs, and ends the process.
    }
  }
}
