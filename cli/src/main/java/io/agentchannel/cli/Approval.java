package io.agentchannel.cli;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for a peer's owner to approve this caller; says once what they have to run. */
final class Approval {
  private static final String COMMAND = "agentchannel trust approve ";
  private static final long PAUSE_MILLIS = 500;

  private final long deadline;
  private final Console console;
  private boolean said;

  /**
   * @param patience how long altogether; zero for not at all
   */
  Approval(Duration patience, Console console) {
    this.deadline = System.nanoTime() + patience.toNanos();
    this.console = console;
  }

  /** Makes the call again as long as it is refused for want of an approval. */
  <T> T await(Supplier<T> call) throws InterruptedException {
    while (true) {
      try {
        return call.get();
      } catch (AgentException e) {
        if (!isForWantOfApproval(e) || deadline - System.nanoTime() <= 0) {
          throw e;
        }
        if (!said) {
          said = true;
          console.say("waiting: " + e.getMessage());
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  /** Other refusals have the same code: an interceptor's of the peer, say. */
  private static boolean isForWantOfApproval(AgentException e) {
    return e.code() == Code.PERMISSION_DENIED
        && e.outcome() == Outcome.NOT_SENT
        && isWanted(String.valueOf(e.getMessage()));
  }

  /** Whether a message says that an approval is missing. */
  static boolean isWanted(String message) {
    return message.contains(COMMAND);
  }
}
