package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages that have arrived and were not taken yet, and how they end. Unbounded by itself: the
 * credit that the peer has is the bound, and {@link #tell} is what gives it more.
 *
 * <p>One thread at a time adds, one at a time takes; {@link #end} and {@link #discard} may come
 * from any.
 */
final class Inbox {
  private static final int TELL_COUNT = 16;
  private static final int TELL_BYTES = 16 * 1024;
  private static final VarHandle ENDING = handle("ending", Ending.class);
  private static final VarHandle WAITER = handle("waiter", Thread.class);

  private final Queue<Payload> items = new ConcurrentLinkedQueue<>();
  private final IntConsumer taken;
  private final Runnable listener;
  private volatile @Nullable Ending ending;
  private volatile @Nullable Thread waiter;
  private volatile boolean discarding;

  /** Taken and not told yet. */
  private final AtomicInteger untold = new AtomicInteger();

  /** Of the taking thread alone. */
  private int untoldBytes;

  /** How it ended, behind the messages. */
  private record Ending(@Nullable AgentException failure) {}

  /**
   * @param taken is told how many messages were taken
   * @param listener runs after each change, on the thread that made it
   */
  Inbox(IntConsumer taken, Runnable listener) {
    this.taken = taken;
    this.listener = listener;
  }

  void add(Payload item) {
    items.add(item);
    if (discarding) {
      clear();
    } else {
      changed();
    }
  }

  /** Nothing follows what is here; the first ending stands. */
  void end(@Nullable AgentException failure) {
    if (ENDING.compareAndSet(this, null, new Ending(failure))) {
      changed();
    }
  }

  /**
   * Drops what is here and what may come, as taken.
   *
   * @return why it ended in truth: {@code reason}, or the failure that was first
   */
  AgentException discard(AgentException reason) {
    discarding = true;
    boolean dropped = clear();
    end(reason);
    Ending current = ending;
    AgentException failure = current == null ? null : current.failure();
    if (failure == null && dropped) {
      // It had ended well, but whoever reads on must not take the part it saw for the whole.
      ending = new Ending(reason);
    }
    changed();
    return failure == null ? reason : failure;
  }

  /** The next message, or null if none is here; {@link #tell} follows when it has been taken. */
  @Nullable Payload poll() {
    return items.poll();
  }

  /**
   * Waits for the next message; {@link #tell} follows when it has been taken.
   *
   * @param what waits, for the failure in a direct section
   * @return null at the end, see {@link #failure}
   */
  @Nullable Payload take(String what) throws InterruptedException {
    while (true) {
      boolean ended = ending != null;
      Payload item = items.poll();
      if (item != null || ended) {
        return item;
      }
      Failures.requireMayWait(what);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      waiter = Thread.currentThread();
      if (items.isEmpty() && ending == null) {
        LockSupport.park(this);
      }
      waiter = null;
    }
  }

  /**
   * The message was taken. Counts are gathered, since each costs a lock below, but not while the
   * inbox is empty: then the peer may be waiting for just this credit.
   */
  void tell(Payload item) {
    int count = untold.incrementAndGet();
    untoldBytes += item.size();
    if (count >= TELL_COUNT || untoldBytes >= TELL_BYTES || items.isEmpty() || discarding) {
      untoldBytes = 0;
      tellUntold();
    }
  }

  private void tellUntold() {
    int count = untold.getAndSet(0);
    if (count > 0) {
      taken.accept(count);
    }
  }

  /** Whether it has ended and all messages were polled. */
  boolean isDrained() {
    return ending != null && items.isEmpty();
  }

  /** How it ended; null if well, or not yet. */
  @Nullable AgentException failure() {
    Ending current = ending;
    return current == null ? null : current.failure();
  }

  private boolean clear() {
    boolean any = false;
    while (items.poll() != null) {
      untold.incrementAndGet();
      any = true;
    }
    tellUntold();
    return any;
  }

  private void changed() {
    if (waiter != null) {
      Thread thread = (Thread) WAITER.getAndSet(this, null);
      LockSupport.unpark(thread);
    }
    listener.run();
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Inbox.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
