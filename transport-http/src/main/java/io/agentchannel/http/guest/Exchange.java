package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.spi.GuestCalls.GuestCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One call whose replies are asked for: keeps them until the client says that it has them. The
 * handler is held back while too much of them waits. Thread-safe; watchers run without a lock held.
 */
final class Exchange implements Replies {
  /** Bytes that wait for a client that polls, before the handler is held back. */
  static final int WINDOW = 256 * 1024;

  private static final int ITEM_COST = 64;

  private final Exchanges table;
  private final String id;
  private final Visitor visitor;
  private final int window;
  private final boolean collects;
  private final RunningCall call = new RunningCall();

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<ExchangeView.Item> items = new ArrayDeque<>();
  private final Watchers watchers = new Watchers();
  private long last;
  private long bytes;
  private boolean isStream;
  private boolean done;
  private boolean heldBack;
  private boolean forgotten;
  private @Nullable AgentException failure;
  private @Nullable Runnable atEnd;

  /**
   * @param visitor held by this until the end
   * @param window bytes of replies that may wait here
   * @param collects whether all of them are wanted together; then more of them is a failure
   */
  Exchange(Exchanges table, String id, Visitor visitor, int window, boolean collects) {
    this.table = table;
    this.id = id;
    this.visitor = visitor;
    this.window = window;
    this.collects = collects;
  }

  String id() {
    return id;
  }

  /** Whether it is this client's, by its token. */
  boolean isOf(Visitor asking) {
    return visitor.isSameAs(asking);
  }

  void start(GuestCall described, Payload request) {
    call.start(visitor, described, request, this);
  }

  void cancel(AgentException reason) {
    call.cancel(reason);
  }

  /** What is there beyond this seq. */
  ExchangeView view(long after) {
    lock.lock();
    try {
      return new ExchangeView(
          items.stream().filter(item -> item.seq() > after).toList(),
          last,
          isStream,
          done,
          failure);
    } finally {
      lock.unlock();
    }
  }

  /** The client has everything up to this seq. */
  void taken(long upTo) {
    int count = 0;
    long freed = 0;
    boolean resumes;
    lock.lock();
    try {
      for (ExchangeView.Item next = items.peek();
          next != null && next.seq() <= upTo;
          next = items.peek()) {
        items.remove();
        count++;
        freed += next.payload().size() + ITEM_COST;
      }
      bytes -= freed;
      resumes = heldBack && bytes < window;
      heldBack &= !resumes;
    } finally {
      lock.unlock();
    }
    table.release(freed);
    call.taken(count, resumes);
  }

  /** Nobody will ask for it any more: gives the reason to its handler, and the room back. */
  void forget(AgentException why) {
    lock.lock();
    try {
      forgotten = true;
    } finally {
      lock.unlock();
    }
    cancel(why);
    taken(Long.MAX_VALUE);
  }

  /** Has something run when the call has ended, once; now if it has. */
  void atEnd(Runnable action) {
    boolean now;
    lock.lock();
    try {
      now = done;
      atEnd = now ? null : action;
    } finally {
      lock.unlock();
    }
    if (now) {
      action.run();
    }
  }

  /**
   * Has something run once: when it is so, when the time is up, or when too many others wait.
   *
   * @param millis 0 not to wait at all
   * @return gives up waiting
   */
  Runnable watch(Watcher.Until until, long after, long millis, Runnable then) {
    Watcher watcher = new Watcher(until, after, then);
    Watcher crowdedOut = null;
    boolean now;
    lock.lock();
    try {
      now = millis == 0 || watcher.isMet(last, done);
      if (!now) {
        crowdedOut = watchers.add(watcher);
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      watcher.run();
    } else {
      watcher.limit(table.after(millis, () -> finish(watcher)));
    }
    if (crowdedOut != null) {
      crowdedOut.run();
    }
    return () -> leave(watcher);
  }

  private void finish(Watcher watcher) {
    if (leave(watcher)) {
      watcher.run();
    }
  }

  private boolean leave(Watcher watcher) {
    watcher.stopLimit();
    lock.lock();
    try {
      return watchers.remove(watcher);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void accepted() {
    lock.lock();
    try {
      isStream = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void item(Payload item, boolean isLast) {
    long cost = item.size() + (long) ITEM_COST;
    boolean kept = table.reserve(cost);
    if (!kept) {
      breakOff(
          isLast ? Outcome.PROCESSED : Outcome.UNKNOWN,
          "this agent keeps as many replies as it can");
      return;
    }
    boolean tooMuch;
    List<Runnable> due;
    lock.lock();
    try {
      if (done) {
        table.release(cost);
        return;
      }
      last++;
      if (forgotten) {
        table.release(cost);
      } else {
        items.add(new ExchangeView.Item(last, item));
        bytes += cost;
      }
      isStream |= !isLast;
      done = isLast;
      tooMuch = collects && !done && bytes > window;
      due = due();
    } finally {
      lock.unlock();
    }
    settle(isLast, due);
    if (tooMuch) {
      breakOff(Outcome.UNKNOWN, "the replies are too much to be delivered in one piece");
    }
  }

  private void breakOff(Outcome outcome, String why) {
    AgentException reason = new AgentException(Code.RESOURCE_EXHAUSTED, outcome, why);
    end(reason);
    cancel(reason);
  }

  @Override
  public void end(@Nullable AgentException why) {
    List<Runnable> due;
    lock.lock();
    try {
      if (done) {
        return;
      }
      done = true;
      failure = why;
      due = due();
    } finally {
      lock.unlock();
    }
    settle(true, due);
  }

  /** What has to run now that something has changed; under the lock. */
  private List<Runnable> due() {
    List<Runnable> due = new ArrayList<>(watchers.due(last, done));
    if (done && atEnd != null) {
      due.add(atEnd);
      atEnd = null;
    }
    return due;
  }

  private void settle(boolean ended, List<Runnable> due) {
    if (ended) {
      visitor.release();
    }
    due.forEach(Runnable::run);
  }

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      boolean ready = collects || bytes < window;
      heldBack |= !ready;
      return ready;
    } finally {
      lock.unlock();
    }
  }

  /** A client that has sent its one request has nothing more to send. */
  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {}
}
