package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A single call whose caller waits: it is woken from where the packet arrived, without a hop. */
final class BlockingCall extends SingleCall {
  private final Thread caller = Thread.currentThread();
  private @Nullable Payload reply;
  private @Nullable AgentException failure;
  private volatile boolean settled;

  BlockingCall(LiveCalls live, Call call) {
    super(live, call);
  }

  @Override
  void settled(@Nullable Payload reply, @Nullable AgentException failure) {
    this.reply = reply;
    this.failure = failure;
    settled = true;
    LockSupport.unpark(caller);
  }

  /**
   * Waits for the end, on the thread that made this.
   *
   * @return null for one-way
   * @throws AgentException the call's failure; CANCELLED if interrupted, with the flag restored
   */
  @Nullable Payload await() {
    while (!settled) {
      if (Thread.interrupted()) {
        return interrupted();
      }
      LockSupport.park(this);
    }
    if (failure != null) {
      throw Failures.here(failure);
    }
    return reply;
  }

  private @Nullable Payload interrupted() {
    Thread.currentThread().interrupt();
    AgentException reason = Failures.interrupted(call().operation());
    // The end usually comes back on this very stack, and knows whether the call had been sent.
    cancel(reason);
    if (finish()) {
      throw reason;
    }
    while (!settled) {
      // The link's thread is between the end and the line that says so.
      Thread.onSpinWait();
    }
    if (failure != null) {
      throw Failures.interrupted(call().operation(), failure);
    }
    return reply;
  }
}
