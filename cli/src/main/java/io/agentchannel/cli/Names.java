package io.agentchannel.cli;

import java.util.function.Supplier;

/** Turns a name that the API refuses into an error of the command line. */
final class Names {
  private Names() {}

  static <T> T checked(Supplier<T> declaration) {
    try {
      return declaration.get();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.of(CommandFailure.USAGE, e);
    }
  }
}
