package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.core.DirectSection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The calls that hold a place here: from their start until their handler is done, which may be
 * after the caller has got its end. So a caller that opens and cancels without pause cannot have
 * more handlers at work than one that waits.
 *
 * <p>Thread-safe.
 */
final class RunningCalls {
  private final int maxPerPeer;
  private final Set<CallState> calls = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<Object, Integer> perPeer = new ConcurrentHashMap<>();
  private final ThreadLocal<int[]> ownHandlers = ThreadLocal.withInitial(() -> new int[1]);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final AtomicInteger waiters = new AtomicInteger();
  private volatile boolean stopped;

  RunningCalls(int maxPerPeer) {
    this.maxPerPeer = maxPerPeer;
  }

  /**
   * @throws AgentException not sent: this agent closes, or the caller has all its places taken
   */
  void add(CallState call) {
    Object who = placeHolder(call.peer());
    int mine = perPeer.merge(who, 1, Integer::sum);
    if (mine > maxPerPeer) {
      free(who);
      throw new AgentException(
          Code.RESOURCE_EXHAUSTED,
          Outcome.NOT_SENT,
          "more than " + maxPerPeer + " calls of this caller are running here");
    }
    calls.add(call);
    if (stopped) {
      remove(call);
      throw new AgentException(
          Code.UNAVAILABLE, Outcome.NOT_SENT, "this agent is closing and takes no new calls");
    }
  }

  void remove(CallState call) {
    if (calls.remove(call)) {
      free(placeHolder(call.peer()));
      if (waiters.get() > 0) {
        lock.lock();
        try {
          fewer.signalAll();
        } finally {
          lock.unlock();
        }
      }
    }
  }

  /** This thread begins to run a handler. */
  void enterHandler() {
    ownHandlers.get()[0]++;
  }

  void exitHandler() {
    ownHandlers.get()[0]--;
  }

  int count() {
    return calls.size();
  }

  boolean isStopped() {
    return stopped;
  }

  void stop() {
    stopped = true;
  }

  boolean awaitIdle(Duration most) {
    long left = most.toNanos();
    int own = ownHandlers.get()[0];
    waiters.incrementAndGet();
    lock.lock();
    try {
      while (calls.size() > own) {
        if (left <= 0 || DirectSection.isCurrent()) {
          return false;
        }
        left = fewer.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
      waiters.decrementAndGet();
    }
  }

  void cancelAll(AgentException reason) {
    calls.forEach(call -> call.cancel(reason));
  }

  void cancelOf(AgentId caller, Predicate<String> isAllowed, AgentException reason) {
    for (CallState call : calls) {
      if (placeHolder(call.peer()).equals(caller) && !isAllowed.test(call.operation())) {
        call.cancel(reason);
      }
    }
  }

  private void free(Object who) {
    perPeer.computeIfPresent(who, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Replicas and connections of one agent, or of one token, share their places. */
  private static Object placeHolder(Peer peer) {
    if (peer instanceof Peer.Agent agent) {
      return agent.id();
    }
    Peer.Guest guest = (Peer.Guest) peer;
    return guest.principal() == null ? guest : guest.principal();
  }
}
