package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;

/**
 * Marks the time in which a thread carries packets. User code that runs in it (direct handlers and
 * completions) must not wait for another packet: its own thread would have to read it.
 */
public final class DirectSection {
  private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

  private DirectSection() {}

  public static void enter() {
    DEPTH.get()[0]++;
  }

  public static void exit() {
    DEPTH.get()[0]--;
  }

  public static boolean isCurrent() {
    return DEPTH.get()[0] > 0;
  }

  /**
   * @throws AgentException {@link Code#FAILED_PRECONDITION} inside of such a section
   */
  public static void requireMayBlock(String what) {
    if (isCurrent()) {
      throw new AgentException(
          Code.FAILED_PRECONDITION,
          Outcome.NOT_SENT,
          what
              + " would block the thread that carries packets; do not call it from a direct handler"
              + " or completion");
    }
  }
}
