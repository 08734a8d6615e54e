package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The conversation of either side. */
final class Talk<S, R> implements Conversation<S, R> {
  private final String operation;
  private final Values values;
  private final DuplexSide.Port port;
  private final Type sends;
  private final Type receives;
  private final Inbox inbox;
  private final ReentrantLock sending = new ReentrantLock();
  private final ReentrantLock receiving = new ReentrantLock();
  private final AtomicBoolean completed = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicReference<@Nullable End> over = new AtomicReference<>();
  private volatile @Nullable Thread sender;

  private record End(@Nullable AgentException failure) {}

  Talk(String operation, Values values, DuplexSide.Port port, Type sends, Type receives) {
    this.operation = operation;
    this.values = values;
    this.port = port;
    this.sends = sends;
    this.receives = receives;
    this.inbox = new Inbox(port::taken, () -> {});
  }

  // What the other side does.

  void item(Payload message) {
    if (over.get() == null) {
      inbox.add(message);
    } else {
      port.taken(1);
    }
  }

  void peerCompleted() {
    inbox.end(null);
  }

  void end(@Nullable AgentException failure) {
    if (over.compareAndSet(null, new End(failure))) {
      inbox.end(failure);
      wakeSender();
    }
  }

  void wakeSender() {
    LockSupport.unpark(sender);
  }

  // What the user does.

  @Override
  public void send(S message) {
    Payload payload = values.encodeItem(message, sends);
    acquire(sending, "send");
    try {
      awaitRoom();
      port.send(payload);
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      sending.unlock();
    }
  }

  private void awaitRoom() throws InterruptedException {
    requireSending();
    if (port.isReady()) {
      return;
    }
    Failures.requireMayWait("send");
    sender = Thread.currentThread();
    try {
      while (!port.isReady()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.park(this);
        requireSending();
      }
    } finally {
      sender = null;
    }
  }

  private void requireSending() {
    End end = over.get();
    if (end != null && end.failure() != null) {
      throw Failures.here(end.failure());
    }
    if (end != null) {
      throw new AgentException(
          Code.FAILED_PRECONDITION,
          Outcome.PROCESSED,
          "the conversation " + operation + " has ended");
    }
    if (completed.get()) {
      throw new AgentException(
          Code.FAILED_PRECONDITION,
          Outcome.UNKNOWN,
          "this side of the conversation " + operation + " is complete");
    }
  }

  @Override
  public @Nullable R receive() {
    acquire(receiving, "receive");
    try {
      Payload message = inbox.take("receive");
      if (message != null) {
        inbox.tell(message);
        return decode(message);
      }
      AgentException failure = inbox.failure();
      if (failure != null) {
        throw Failures.here(failure);
      }
      return null;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      receiving.unlock();
    }
  }

  private R decode(Payload message) {
    try {
      return values.decodeItem(message, receives);
    } catch (AgentException e) {
      stop(e);
      throw e;
    }
  }

  @Override
  public void complete() {
    if (completed.compareAndSet(false, true)) {
      // A sender that waits for room finds out and lets go of the lock.
      wakeSender();
      sending.lock();
      try {
        if (over.get() == null) {
          port.complete();
        }
      } finally {
        sending.unlock();
      }
    }
  }

  @Override
  public void close() {
    stop(Failures.cancelled("the conversation " + operation + " was closed"));
  }

  /**
   * Ends the call and drops what was not received.
   *
   * @return why it ended in truth
   */
  AgentException stop(AgentException reason) {
    if (over.get() == null && stopped.compareAndSet(false, true)) {
      // First the peer: the end usually comes back on this very stack, with the outcome.
      port.cancel(reason);
      end(reason);
    }
    return inbox.discard(reason);
  }

  private void acquire(ReentrantLock lock, String what) {
    if (lock.tryLock()) {
      return;
    }
    Failures.requireMayWait(what);
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private AgentException interrupted() {
    Thread.currentThread().interrupt();
    AgentException end = stop(Failures.interrupted(operation));
    return Failures.interrupted(operation, end);
  }
}
