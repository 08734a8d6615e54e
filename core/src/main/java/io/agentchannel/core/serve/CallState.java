package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.CallContext;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where one call stands: waiting for its request or for a thread, running, finished; and whether it
 * was cancelled meanwhile. Also what the handler sees of it.
 *
 * <p>Thread-safe. The end of the replies and the end of the handler are two things: a cancel ends
 * the replies at once, while the handler still has to notice.
 */
final class CallState implements CallContext {
  private final Call call;
  private final Peer peer;
  private final RunningCalls running;
  private final SerialReplies replies;

  private final ReentrantLock lock = new ReentrantLock();
  private List<Runnable> onCancel = List.of();
  private @Nullable Thread handlerThread;
  private boolean started;
  private boolean queued;
  private boolean cancelling;
  private boolean finished;
  private volatile @Nullable AgentException cancelled;

  CallState(Call call, Replies replies, RunningCalls running) {
    this.call = call;
    this.peer = Objects.requireNonNull(call.caller(), "a call that nobody made");
    this.running = running;
    this.replies = new SerialReplies(replies, this::cancel);
  }

  Call call() {
    return call;
  }

  SerialReplies replies() {
    return replies;
  }

  /** It waits for a thread from here on; {@link #finish} is then that thread's to call. */
  void queue() {
    lock.lock();
    try {
      queued = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * This thread begins to run the handler.
   *
   * @param interruptible whether a cancel interrupts it, until {@link #leave}
   * @return false if the call was cancelled before: the handler must not run
   */
  boolean enter(boolean interruptible) {
    lock.lock();
    try {
      if (cancelling) {
        return false;
      }
      started = true;
      handlerThread = interruptible ? Thread.currentThread() : null;
    } finally {
      lock.unlock();
    }
    running.enterHandler();
    return true;
  }

  /** The handler has left this thread, which gets no more interrupts for it. */
  void leave() {
    running.exitHandler();
    lock.lock();
    try {
      handlerThread = null;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing of the handler is at work any more: the call gives its place back. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      onCancel = List.of();
    } finally {
      lock.unlock();
    }
    running.remove(this);
  }

  /** Ends the call before its handler, and finishes it. */
  void refuse(Code code, String why) {
    replies.end(new AgentException(code, Outcome.NOT_SENT, why));
    finish();
  }

  /** Gives the call up. The first reason wins; after {@link #finish} it does nothing. */
  void cancel(AgentException reason) {
    AgentException why;
    boolean idle;
    lock.lock();
    try {
      if (cancelling || finished) {
        return;
      }
      cancelling = true;
      idle = !started && !queued;
      why =
          new AgentException(
              reason.code(),
              started ? Outcome.UNKNOWN : Outcome.NOT_SENT,
              String.valueOf(reason.getMessage()),
              reason.details(),
              null);
    } finally {
      lock.unlock();
    }
    // Before the handler is told: one that returns in answer to it must not end the call well.
    replies.end(why);
    tellHandler(why);
    if (idle) {
      finish();
    }
  }

  private void tellHandler(AgentException why) {
    List<Runnable> actions;
    lock.lock();
    try {
      cancelled = why;
      if (handlerThread != null) {
        handlerThread.interrupt();
      }
      actions = onCancel;
      onCancel = List.of();
    } finally {
      lock.unlock();
    }
    actions.forEach(CallState::runSafely);
  }

  /** Why the call was given up, or null if it was not. */
  @Nullable AgentException cancelReason() {
    return cancelled;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public String operation() {
    return call.operation();
  }

  @Override
  public String exchangeId() {
    return call.exchangeId();
  }

  @Override
  public Map<String, String> metadata() {
    return call.metadata();
  }

  @Override
  public @Nullable Duration timeLeft() {
    Long deadline = call.deadlineNanos();
    return deadline == null ? null : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  @Override
  public boolean isCancelled() {
    return cancelled != null;
  }

  @Override
  public void onCancel(Runnable action) {
    lock.lock();
    try {
      if (cancelled == null) {
        if (!finished) {
          if (onCancel.isEmpty()) {
            onCancel = new ArrayList<>(2);
          }
          onCancel.add(action);
        }
        return;
      }
    } finally {
      lock.unlock();
    }
    runSafely(action);
  }

  private static void runSafely(Runnable action) {
    try {
      action.run();
    } catch (Throwable t) {
      Failures.logFault("telling a handler that its call is cancelled", t);
    }
  }
}
