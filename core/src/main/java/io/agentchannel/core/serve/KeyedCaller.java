package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One caller of a keyed call: waits for its whole request, joins the run, and passes on the run's
 * replies as its own side has room for them.
 */
final class KeyedCaller extends OneRequest {
  private final KeyedCalls calls;
  private final KeyedCalls.Id id;
  private final Call call;
  private final Replies replies;
  private final Interceptor.Next next;

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable KeyedRun run;
  private boolean ended;

  /** Guarded by the run's lock. */
  private final ArrayDeque<KeyedReply> backlog = new ArrayDeque<>();

  private final AtomicInteger draining = new AtomicInteger();

  /** Touched only by the thread that drains. */
  private boolean saidAccepted;

  private boolean over;

  KeyedCaller(
      KeyedCalls calls, KeyedCalls.Id id, Call call, Replies replies, Interceptor.Next next) {
    super(call.operation());
    this.calls = calls;
    this.id = id;
    this.call = call;
    this.replies = replies;
    this.next = next;
  }

  @Override
  public void cancel(AgentException reason) {
    KeyedRun joined;
    lock.lock();
    try {
      joined = run;
      if (joined == null) {
        if (ended) {
          return;
        }
        ended = true;
      }
    } finally {
      lock.unlock();
    }
    if (joined == null) {
      replies.end(
          new AgentException(
              reason.code(), Outcome.NOT_SENT, String.valueOf(reason.getMessage()), reason));
    } else {
      joined.detach(this, reason);
    }
  }

  @Override
  public void onReady() {
    drain();
  }

  /** Guarded by the run's lock. */
  ArrayDeque<KeyedReply> backlog() {
    return backlog;
  }

  /** Whether it has passed on everything and has room for more. */
  boolean isIdle() {
    return replies.isReady() && peek() == null;
  }

  /** Passes on what there is and fits, one thread at a time and without a lock. */
  void drain() {
    KeyedRun joined = run();
    if (joined == null || draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      passOn(joined);
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
    joined.resume();
  }

  private void passOn(KeyedRun joined) {
    if (!over && !saidAccepted && joined.isAccepted()) {
      saidAccepted = true;
      replies.accepted();
    }
    KeyedReply reply;
    while (!over && (reply = peek()) != null && (!reply.needsRoom() || replies.isReady())) {
      // Not what was looked at: a detach may have put an end in its place meanwhile.
      reply = poll();
      if (reply != null) {
        over = reply.isEnd();
        reply.giveTo(replies);
      }
    }
  }

  @Override
  void whole(Payload request) {
    byte[] fingerprint = KeyedCalls.fingerprint(request);
    KeyedCalls.@Nullable Joined joined;
    AgentException refusal = null;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      // Attached in the same step: a cancel finds it either not joined or on the run's list.
      joined = calls.join(id, fingerprint);
      run = joined.run();
      joined.run().attach(this);
    } catch (AgentException e) {
      ended = true;
      joined = null;
      refusal = e;
    } finally {
      lock.unlock();
    }
    if (joined == null) {
      replies.end(refusal);
      return;
    }
    replies.taken(1);
    drain();
    if (joined.isNew()) {
      joined.run().begin(call, request, next);
    }
  }

  @Override
  void refuse(String why) {
    lock.lock();
    try {
      if (ended || run != null) {
        return;
      }
      ended = true;
    } finally {
      lock.unlock();
    }
    replies.end(new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why));
  }

  private @Nullable KeyedRun run() {
    lock.lock();
    try {
      return run;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable KeyedReply peek() {
    return look(false);
  }

  private @Nullable KeyedReply poll() {
    return look(true);
  }

  private @Nullable KeyedReply look(boolean take) {
    KeyedRun joined = run();
    if (joined == null) {
      return null;
    }
    joined.lock().lock();
    try {
      return take ? backlog.poll() : backlog.peek();
    } finally {
      joined.lock().unlock();
    }
  }
}
