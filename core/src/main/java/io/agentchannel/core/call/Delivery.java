package io.agentchannel.core.call;

import io.agentchannel.core.DirectSection;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Where the user's code is told of what arrived.
 *
 * @param executor the agent's
 * @param direct in place instead, on the thread that carries packets
 */
record Delivery(Executor executor, boolean direct) {

  /** Runs the task, which must not throw; in place too when the executor is shut down already. */
  void run(Runnable task) {
    if (direct) {
      runInPlace(task);
      return;
    }
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // Nobody may be left waiting for good because the agent closed first.
      runInPlace(task);
    }
  }

  private static void runInPlace(Runnable task) {
    DirectSection.enter();
    try {
      task.run();
    } finally {
      DirectSection.exit();
    }
  }
}
