package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.DirectSection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the threads of a handler wait for the caller: for room to send, or for a message. Thread
 * safe; whoever changes what they wait for calls {@link #wake}.
 */
final class ReplyGate {
  private final CallState state;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile @Nullable String closed;

  /** Written under the lock. */
  private volatile int changes;

  ReplyGate(CallState state) {
    this.state = state;
    state.onCancel(this::wake);
  }

  /** Nobody waits here from now on, for this reason. The first one counts. */
  void close(String why) {
    if (closed == null) {
      closed = why;
    }
    wake();
  }

  void wake() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the condition holds. It is looked at without a lock, since it asks others.
   *
   * @throws AgentException {@link Code#CANCELLED} or, if {@code asItIs}, the reason itself when the
   *     call was given up; {@link Code#CANCELLED} when the thread is interrupted, the flag
   *     restored; {@link Code#FAILED_PRECONDITION} when closed, or on a thread that must not wait
   */
  void await(BooleanSupplier condition, String what, boolean asItIs) {
    while (true) {
      int seen = changes;
      requireOpen(asItIs);
      if (condition.getAsBoolean()) {
        return;
      }
      DirectSection.requireMayBlock(what);
      lock.lock();
      try {
        while (changes == seen) {
          changed.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        lock.unlock();
      }
    }
  }

  private void requireOpen(boolean asItIs) {
    AgentException reason = state.cancelReason();
    if (reason != null) {
      String message = String.valueOf(reason.getMessage());
      throw asItIs
          ? new AgentException(reason.code(), reason.outcome(), message, reason)
          : cancelled(message);
    }
    String why = closed;
    if (why != null) {
      throw new AgentException(Code.FAILED_PRECONDITION, Outcome.UNKNOWN, why);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled("this thread was interrupted");
    }
  }

  private static AgentException cancelled(String message) {
    return new AgentException(Code.CANCELLED, Outcome.UNKNOWN, message);
  }
}
