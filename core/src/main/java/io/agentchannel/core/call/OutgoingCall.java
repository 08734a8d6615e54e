package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of one call: the first link of the chain.
 *
 * <p>The chain may reply while it is still being started, on this or another thread. What this end
 * has to say before {@link Interceptor.Next#start} has returned is kept until then.
 */
abstract class OutgoingCall implements Replies {
  private static final VarHandle SLOT = handle("slot", Object.class);
  private static final VarHandle OVER = handle("over", boolean.class);
  private static final VarHandle GIVEN_UP = handle("givenUp", boolean.class);
  private static final VarHandle EARLY = handle("takenEarly", int.class);

  private final LiveCalls live;
  private final Call call;

  /** Null while starting, or the reason of a cancel that came meanwhile; then the requests. */
  private volatile @Nullable Object slot;

  private volatile boolean over;
  private volatile boolean givenUp;
  private volatile int takenEarly;

  OutgoingCall(LiveCalls live, Call call) {
    this.live = live;
    this.call = call;
  }

  /**
   * Starts the call. Never throws: what goes wrong is the call's end.
   *
   * @param request the one message, or null for a conversation
   */
  final void start(Interceptor.Next chain, @Nullable Payload request) {
    if (!live.add(this)) {
      end(
          Failures.notSent(
              Code.FAILED_PRECONDITION, "the channel to " + call.peer() + " is closed"));
      return;
    }
    Requests requests;
    try {
      requests = chain.start(call, this);
    } catch (RuntimeException | Error e) {
      end(new AgentException(Code.INTERNAL, Outcome.UNKNOWN, "the call could not be started", e));
      return;
    }
    boolean wanted = attach(requests);
    if (wanted && request != null && !over) {
      requests.item(request, true);
    }
  }

  private boolean attach(Requests requests) {
    boolean wanted = SLOT.compareAndSet(this, null, requests);
    if (!wanted && slot instanceof AgentException reason) {
      slot = requests;
      requests.cancel(reason);
    }
    tellEarly(requests);
    return wanted;
  }

  final Call call() {
    return call;
  }

  final Requests requests() {
    return slot instanceof Requests requests ? requests : Requests.ended();
  }

  /** Tells the peer to stop, once; {@link #end} still follows unless the call is over. */
  final void cancel(AgentException reason) {
    if (over || !GIVEN_UP.compareAndSet(this, false, true)) {
      return;
    }
    cancelPeer(reason);
  }

  /** Ends the call here and now, and tells the peer to stop. */
  final boolean abandon(AgentException reason) {
    if (!finish()) {
      return false;
    }
    if (GIVEN_UP.compareAndSet(this, false, true)) {
      cancelPeer(reason);
    }
    return true;
  }

  private void cancelPeer(AgentException reason) {
    if (!SLOT.compareAndSet(this, null, reason)) {
      requests().cancel(reason);
    }
  }

  /** The user's code has taken so many replies. From any thread. */
  final void took(int count) {
    if (slot instanceof Requests requests) {
      requests.taken(count);
      return;
    }
    EARLY.getAndAdd(this, count);
    if (slot instanceof Requests requests) {
      tellEarly(requests);
    }
  }

  private void tellEarly(Requests requests) {
    if (takenEarly > 0) {
      int count = (int) EARLY.getAndSet(this, 0);
      if (count > 0) {
        requests.taken(count);
      }
    }
  }

  /** The call is over: true once. */
  final boolean finish() {
    if (!OVER.compareAndSet(this, false, true)) {
      return false;
    }
    live.remove(this);
    return true;
  }

  final boolean isOver() {
    return over;
  }

  /** The channel closes. From any thread. */
  abstract void giveUp(AgentException reason);

  /** Always true: what the peer may send is bounded by what was taken, see {@link #took}. */
  @Override
  public final boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {}

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(OutgoingCall.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
