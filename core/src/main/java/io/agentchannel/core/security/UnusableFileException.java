package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.nio.file.Path;

/** What is wrong with a file, as the rest of a sentence that begins with its name. */
final class UnusableFileException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableFileException(String problem) {
    super(problem);
  }

  /** As the one line that the user sees. */
  AgentException about(String what, Path file) {
    return new AgentException(
        Code.FAILED_PRECONDITION,
        Outcome.NOT_SENT,
        what + " " + OneLine.of(file) + " " + getMessage());
  }
}
