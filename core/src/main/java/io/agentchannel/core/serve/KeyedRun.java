package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one run of a keyed call: takes the handler's replies, records them while there is room, and
 * gives them to all that are attached.
 *
 * <p>While everything is recorded the quickest caller sets the pace, and the others read what is
 * recorded; so a half-dead connection does not hold up the caller that replaced it. Once the room
 * is used up, those that are behind lose, and the slowest of the rest sets the pace.
 *
 * <p>Thread-safe. Calls out without a lock held.
 */
final class KeyedRun implements Replies {
  private final KeyedCalls calls;
  private final KeyedCalls.Id id;
  private final byte[] fingerprint;

  /** Guarded by the lock of {@link KeyedCalls}. */
  long finishedNanos;

  /** Guarded by the lock of {@link KeyedCalls}. */
  long reservedBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<KeyedReply> recorded = new ArrayList<>();
  private final CopyOnWriteArrayList<KeyedCaller> attached = new CopyOnWriteArrayList<>();
  private final AtomicBoolean heldBack = new AtomicBoolean();
  private final List<KeyedCaller> lost = new ArrayList<>();
  private long recordedBytes;
  private boolean over;
  private volatile boolean lossy;
  private volatile boolean accepted;
  private @Nullable AgentException cancelReason;
  private volatile @Nullable Requests requests;

  KeyedRun(KeyedCalls calls, KeyedCalls.Id id, byte[] fingerprint) {
    this.calls = calls;
    this.id = id;
    this.fingerprint = fingerprint;
  }

  KeyedCalls.Id id() {
    return id;
  }

  byte[] fingerprint() {
    return fingerprint;
  }

  ReentrantLock lock() {
    return lock;
  }

  boolean isAccepted() {
    return accepted;
  }

  /** Starts the handler's side and gives it the request. */
  void begin(Call call, Payload request, Interceptor.Next handlers) {
    try {
      Requests handlerSide = handlers.start(call, this);
      AgentException cancelled;
      lock.lock();
      try {
        requests = handlerSide;
        cancelled = cancelReason;
      } finally {
        lock.unlock();
      }
      if (cancelled != null) {
        handlerSide.cancel(cancelled);
      } else {
        handlerSide.item(request, true);
      }
    } catch (RuntimeException | Error e) {
      // A run that nobody ends would stay, and its callers would wait for ever.
      end(new AgentException(Code.INTERNAL, Outcome.UNKNOWN, "a fault ended the call"));
      throw e;
    }
  }

  /** The caller gets everything, from the first reply on; it drains what it got at once. */
  void attach(KeyedCaller caller) {
    lock.lock();
    try {
      if (lossy) {
        caller.backlog().add(KeyedReply.end(tooLong("the replies to this key were too long")));
      } else {
        caller.backlog().addAll(recorded);
        if (!over) {
          attached.add(caller);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The caller gives up; it gets this reason and nothing more. */
  void detach(KeyedCaller caller, AgentException reason) {
    Requests toCancel = null;
    lock.lock();
    try {
      boolean wasAttached = attached.remove(caller);
      caller.backlog().clear();
      caller.backlog().add(KeyedReply.end(reason));
      boolean unwanted = reason.code() == Code.CANCELLED || lossy;
      if (wasAttached && attached.isEmpty() && !over && unwanted) {
        cancelReason = reason;
        toCancel = requests;
      }
    } finally {
      lock.unlock();
    }
    caller.drain();
    if (toCancel != null) {
      toCancel.cancel(reason);
    } else {
      resume();
    }
  }

  @Override
  public void accepted() {
    accepted = true;
    attached.forEach(KeyedCaller::drain);
  }

  @Override
  public void item(Payload item, boolean last) {
    give(KeyedReply.item(item, last));
  }

  @Override
  public void end(@Nullable AgentException failure) {
    give(KeyedReply.end(failure));
  }

  @Override
  public boolean isReady() {
    if (wantsMore()) {
      return true;
    }
    heldBack.set(true);
    return wantsMore();
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {}

  /** Some caller may have room again. */
  void resume() {
    Requests to = requests;
    if (to != null && heldBack.get() && wantsMore() && heldBack.getAndSet(false)) {
      to.onReady();
    }
  }

  private void give(KeyedReply reply) {
    List<KeyedCaller> receivers;
    boolean useless;
    lock.lock();
    try {
      if (over) {
        return;
      }
      record(reply);
      for (KeyedCaller caller : attached) {
        caller.backlog().add(reply);
      }
      receivers = new ArrayList<>(attached);
      receivers.addAll(lost);
      lost.clear();
      if (reply.isEnd()) {
        over = true;
        attached.clear();
      }
      useless = lossy && !over && attached.isEmpty();
    } finally {
      lock.unlock();
    }
    if (reply.isEnd()) {
      settle(reply.failure());
    }
    receivers.forEach(KeyedCaller::drain);
    Requests handlerSide = requests;
    if (useless && handlerSide != null) {
      handlerSide.cancel(tooLong("nobody is attached, and the replies are too long"));
    }
  }

  /** Before the callers know of the end: what they do next must find it settled. */
  private void settle(@Nullable AgentException failure) {
    if (failure != null && failure.outcome() == Outcome.NOT_SENT) {
      calls.forget(this);
    } else {
      calls.finished(this);
    }
  }

  private void record(KeyedReply reply) {
    if (lossy) {
      return;
    }
    if (calls.reserve(this, reply.cost())) {
      recorded.add(reply);
      recordedBytes += reply.cost();
      return;
    }
    lossy = true;
    recorded.clear();
    calls.release(this, recordedBytes);
    int least = Integer.MAX_VALUE;
    for (KeyedCaller caller : attached) {
      least = Math.min(least, caller.backlog().size());
    }
    for (KeyedCaller caller : attached) {
      if (caller.backlog().size() > least) {
        attached.remove(caller);
        caller.backlog().clear();
        caller.backlog().add(KeyedReply.end(tooLong("this caller fell too far behind another")));
        lost.add(caller);
      }
    }
  }

  private boolean wantsMore() {
    List<KeyedCaller> now = List.copyOf(attached);
    return lossy
        ? !now.isEmpty() && now.stream().allMatch(KeyedCaller::isIdle)
        : now.isEmpty() || now.stream().anyMatch(KeyedCaller::isIdle);
  }

  private static AgentException tooLong(String why) {
    return new AgentException(Code.RESOURCE_EXHAUSTED, Outcome.UNKNOWN, why + " to be kept for it");
  }
}
