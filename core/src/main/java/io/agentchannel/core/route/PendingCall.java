package io.agentchannel.core.route;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.exchange.Session;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for a link: keeps what is said of it until there is a session to say it to.
 * Thread-safe.
 */
final class PendingCall implements Requests {
  private final Target target;
  private final Call call;
  private final Replies replies;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Said> said = new ArrayDeque<>(2);
  private volatile @Nullable Requests begun;
  private boolean over;

  /** A message, or with null the end of them. */
  private record Said(@Nullable Payload item, boolean last) {}

  PendingCall(Target target, Call call, Replies replies) {
    this.target = target;
    this.call = call;
    this.replies = replies;
  }

  /** There is a session: the call begins, unless it was cancelled meanwhile. */
  void begin(Session session) {
    lock.lock();
    try {
      if (over) {
        return;
      }
      Requests exchange = session.open(call, replies);
      for (Said one : said) {
        say(exchange, one);
      }
      said.clear();
      begun = exchange;
      over = true;
    } finally {
      lock.unlock();
    }
    replies.onReady();
  }

  /** There will be no session. */
  void fail(AgentException failure) {
    if (endHere()) {
      replies.end(failure);
    }
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
  public void item(Payload item, boolean last) {
    pass(new Said(item, last));
  }

  @Override
  public void complete() {
    pass(new Said(null, true));
  }

  private void pass(Said one) {
    Requests exchange = begun;
    if (exchange == null) {
      lock.lock();
      try {
        exchange = begun;
        if (exchange == null) {
          if (!over) {
            said.add(one);
          }
          return;
        }
      } finally {
        lock.unlock();
      }
    }
    say(exchange, one);
  }

  private static void say(Requests exchange, Said one) {
    if (one.item() == null) {
      exchange.complete();
    } else {
      exchange.item(one.item(), one.last());
    }
  }

  @Override
  public void cancel(AgentException reason) {
    Requests exchange = begun;
    if (exchange == null && endHere()) {
      target.forget(this);
      replies.end(honest(reason));
      return;
    }
    exchange = begun;
    if (exchange != null) {
      exchange.cancel(reason);
    }
  }

  /** A deadline that passed without any link says why there was none. */
  private AgentException honest(AgentException reason) {
    String trouble = target.trouble();
    if (reason.code() == Code.DEADLINE_EXCEEDED && trouble != null) {
      return new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, trouble, reason);
    }
    return new AgentException(
        reason.code(), Outcome.NOT_SENT, String.valueOf(reason.getMessage()), reason);
  }

  @Override
  public boolean isReady() {
    Requests exchange = begun;
    if (exchange != null) {
      return exchange.isReady();
    }
    lock.lock();
    try {
      return said.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onReady() {
    Requests exchange = begun;
    if (exchange != null) {
      exchange.onReady();
    }
  }

  @Override
  public void taken(int count) {
    Requests exchange = begun;
    if (exchange != null) {
      exchange.taken(count);
    }
  }
}
