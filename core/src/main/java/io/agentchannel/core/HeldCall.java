package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call that cannot go on yet: keeps what is said of it until it may. What it keeps is bounded by
 * the credit of the call, none of which is given back before. Thread-safe.
 */
public class HeldCall implements Requests {
  private final Call call;
  private final Replies replies;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Said> said = new ArrayDeque<>(2);
  private volatile @Nullable Requests begun;
  private boolean over;

  /** A message, or with null the end of them. */
  private record Said(@Nullable Payload item, boolean last) {}

  public HeldCall(Call call, Replies replies) {
    this.call = call;
    this.replies = replies;
  }

  /** The call goes on there, unless it was cancelled meanwhile. */
  public final void begin(Interceptor.Next next) {
    lock.lock();
    try {
      if (over) {
        return;
      }
      Requests inner = next.start(call, replies);
      for (Said one : said) {
        say(inner, one);
      }
      said.clear();
      begun = inner;
      over = true;
    } finally {
      lock.unlock();
    }
    replies.onReady();
  }

  /** The call will not go on. */
  public final void fail(AgentException failure) {
    if (endHere()) {
      replies.end(failure);
    }
  }

  /** What the caller hears when it gives up a call that never went on. */
  protected AgentException cancelled(AgentException reason) {
    return new AgentException(
        reason.code(), Outcome.NOT_SENT, String.valueOf(reason.getMessage()), reason);
  }

  private boolean endHere() {
    lock.lock();
    try {
      boolean first = !over;
      over = true;
      said.clear();
      return first;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void item(Payload item, boolean last) {
    pass(new Said(item, last));
  }

  @Override
  public final void complete() {
    pass(new Said(null, true));
  }

  private void pass(Said one) {
    Requests inner = begun;
    if (inner == null) {
      lock.lock();
      try {
        inner = begun;
        if (inner == null) {
          if (!over) {
            said.add(one);
          }
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    say(inner, one);
  }

  private static void say(Requests inner, Said one) {
    if (one.item() == null) {
      inner.complete();
    } else {
      inner.item(one.item(), one.last());
    }
  }

  @Override
  public final void cancel(AgentException reason) {
    Requests inner = begun;
    if (inner == null && endHere()) {
      replies.end(cancelled(reason));
      return;
    }
    inner = begun;
    if (inner != null) {
      inner.cancel(reason);
    }
  }

  @Override
  public final boolean isReady() {
    Requests inner = begun;
    if (inner != null) {
      return inner.isReady();
    }
    lock.lock();
    try {
      return said.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void onReady() {
    Requests inner = begun;
    if (inner != null) {
      inner.onReady();
    }
  }

  @Override
  public final void taken(int count) {
    Requests inner = begun;
    if (inner != null) {
      inner.taken(count);
    }
  }
}
