package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import java.lang.reflect.Type;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The opener's side of a duplex call: the {@link Conversation} for the user, and what it is told of
 * the handler's.
 *
 * <p>{@link #item} and {@link #end} are called serially; {@link #onReady} from anywhere. None of
 * them blocks or calls the user's code.
 *
 * @param <S> what this side sends
 * @param <R> what this side receives
 */
final class Talk<S, R> implements Conversation<S, R> {
  private final String operation;
  private final Values values;
  private final Port port;
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

  /** The way to the other side. None of its methods blocks. */
  interface Port {

    /** One message; never two at once, and none after {@link #complete}. */
    void send(Payload message);

    /** This side sends no more; at most once. */
    void complete();

    /** Whether the other side has room; {@link Talk#onReady} follows when it has again. */
    boolean isReady();

    /** The user has taken so many messages; from any thread. */
    void taken(int count);

    /**
     * The user gives the call up: at most once, from any thread, not after {@link Talk#end}. If
     * {@code end} is called from within, its outcome is what the user is told.
     */
    void cancel(AgentException reason);
  }

  /**
   * @param operation for messages
   */
  Talk(String operation, Port port, Codecs codecs, Type sends, Type receives) {
    this.operation = operation;
    this.values = new Values(codecs);
    this.port = port;
    this.sends = sends;
    this.receives = receives;
    this.inbox = new Inbox(port::taken, () -> {});
  }

  // What the other side does.

  /** It sent a message. */
  void item(Payload message) {
    if (over.get() == null) {
      inbox.add(message);
    } else {
      port.taken(1);
    }
  }

  /**
   * The call is over, in both directions; what has arrived can still be received.
   *
   * @param failure null if it ended well
   */
  void end(@Nullable AgentException failure) {
    if (over.compareAndSet(null, new End(failure))) {
      inbox.end(failure);
      onReady();
    }
  }

  /** The port has become ready, or a sender that waits for that has to look again. */
  void onReady() {
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
      onReady();
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
   * Ends the call as {@link #close} does, with another reason, and drops what was not received.
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
