package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.github.resilience4j.core.IntervalFunction;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call over its attempts. At any time it is in one of three states: <em>live</em>, with the
 * requests of an attempt that has started; <em>starting</em>, while an attempt is being started; or
 * <em>waiting</em> for the next one. What the caller says while it is not live is kept, in order,
 * and said to the attempt that starts.
 *
 * <p>The state is guarded by the monitor, and the chain is never called under it.
 */
final class RetryingCall extends Deadlines.Timer implements Requests {
  private final Deadlines timers;
  private final IntervalFunction backoff;
  private final Call call;
  private final Replies replies;
  private final Interceptor.Next next;

  /** What the caller said while there was nobody to say it to. */
  private final Queue<Consumer<Requests>> kept = new ArrayDeque<>(1);

  /** Null while waiting. */
  private @Nullable Attempt attempt;

  /** Null unless live; volatile for the methods that may come from any thread. */
  private volatile @Nullable Requests live;

  private volatile boolean starting;
  private int attempts;
  private @Nullable Payload request;
  private boolean talked;
  private boolean mayHaveRun;
  private @Nullable AgentException lastFailure;
  private @Nullable AgentException cancelled;

  RetryingCall(
      Deadlines timers,
      IntervalFunction backoff,
      Call call,
      Replies replies,
      Interceptor.Next next) {
    this.timers = timers;
    this.backoff = backoff;
    this.call = call;
    this.replies = replies;
    this.next = next;
  }

  // Attempts.

  /** Starts an attempt and, if it is still the one when that is done, goes live with it. */
  void launch() {
    Attempt started = new Attempt();
    boolean first;
    synchronized (this) {
      if (cancelled != null) {
        return;
      }
      attempts++;
      first = attempts == 1;
      attempt = started;
      starting = true;
    }
    if (!first) {
      // Nobody else talks to the replies before the attempt starts: a sender that was held back by
      // isReady while waiting must go on, and what it says now is kept until the start is done.
      replies.onReady();
    }
    Requests requests = next.start(call, started);
    goLive(started, requests);
  }

  private void goLive(Attempt started, Requests requests) {
    Consumer<Requests> step = nextStep(started, requests);
    while (step != null) {
      step.accept(requests);
      step = nextStep(started, requests);
    }
  }

  /** What was kept for the attempt; after the last of it the attempt is live. */
  private synchronized @Nullable Consumer<Requests> nextStep(Attempt started, Requests requests) {
    if (attempt != started || live != null) {
      return null;
    }
    AgentException reason = cancelled;
    Consumer<Requests> step = reason == null ? kept.poll() : r -> r.cancel(reason);
    if (step == null || reason != null) {
      live = requests;
      starting = false;
      kept.clear();
    } else {
      talked = true;
    }
    return step;
  }

  /**
   * An attempt has failed.
   *
   * @return whether another one follows, so that the caller hears nothing of this one
   */
  private boolean tryAgain(Attempt failed, AgentException failure) {
    long wait;
    synchronized (this) {
      mayHaveRun |= failure.outcome() != Outcome.NOT_SENT;
      if (failed.passed
          || cancelled != null
          || !RetryInterceptor.mayTryAgain(call, failure, talked)) {
        return false;
      }
      lastFailure = failure;
      attempt = null;
      live = null;
      starting = false;
      Payload again = request;
      if (again != null) {
        kept.clear();
        kept.add(r -> r.item(again, true));
      }
      wait = TimeUnit.MILLISECONDS.toNanos(backoff.apply(attempts));
    }
    timers.add(this, timers.nanoTime() + wait);
    return true;
  }

  @Override
  protected void expired() {
    try {
      launch();
    } catch (RuntimeException | Error e) {
      // At the first attempt the caller's thread finds out; here only this can end the call.
      replies.end(
          honest(
              new AgentException(
                  Code.INTERNAL, Outcome.UNKNOWN, "the call could not be started again", e)));
    }
  }

  /** What an earlier attempt may have done, a later one cannot deny. */
  private synchronized AgentException honest(AgentException failure) {
    return mayHaveRun && failure.outcome() == Outcome.NOT_SENT
        ? Failures.withOutcome(failure, Outcome.UNKNOWN)
        : failure;
  }

  // What the caller says.

  @Override
  public void item(Payload item, boolean last) {
    Requests to;
    synchronized (this) {
      if (call.kind().hasOneRequest()) {
        request = item;
      }
      to = live;
      talked |= to != null;
      if (to == null) {
        kept.add(r -> r.item(item, last));
      }
    }
    if (to != null) {
      to.item(item, last);
    }
  }

  @Override
  public void complete() {
    synchronized (this) {
      talked |= live != null;
    }
    say(Requests::complete);
  }

  @Override
  public void cancel(AgentException reason) {
    Requests to;
    boolean waiting;
    synchronized (this) {
      if (cancelled != null) {
        return;
      }
      cancelled = reason;
      to = live;
      waiting = attempt == null;
    }
    if (to != null) {
      to.cancel(reason);
    } else if (waiting) {
      timers.remove(this);
      replies.end(endWhileWaiting(reason));
    }
  }

  private AgentException endWhileWaiting(AgentException reason) {
    Outcome outcome = mayHaveRun ? Outcome.UNKNOWN : Outcome.NOT_SENT;
    String message =
        Failures.message(reason)
            + "; the last attempt had failed: "
            + Failures.message(lastFailure);
    return new AgentException(reason.code(), outcome, message, reason.details(), lastFailure);
  }

  @Override
  public boolean isReady() {
    Requests to = live;
    return to == null ? starting : to.isReady();
  }

  @Override
  public void onReady() {
    say(Requests::onReady);
  }

  @Override
  public void taken(int count) {
    Requests to = live;
    if (to == null) {
      say(r -> r.taken(count));
    } else {
      to.taken(count);
    }
  }

  private void say(Consumer<Requests> what) {
    Requests to;
    synchronized (this) {
      to = live;
      if (to == null) {
        kept.add(what);
      }
    }
    if (to != null) {
      what.accept(to);
    }
  }

  /** The replies of one attempt: passed on, but for the end of one that is tried again. */
  private final class Attempt implements Replies {
    /** Something has reached the caller: there is no second attempt any more. */
    private volatile boolean passed;

    private boolean over;

    @Override
    public void accepted() {
      if (!over) {
        passed = true;
        replies.accepted();
      }
    }

    @Override
    public void item(Payload item, boolean last) {
      if (!over) {
        passed = true;
        replies.item(item, last);
      }
    }

    @Override
    public void end(@Nullable AgentException failure) {
      if (over) {
        return;
      }
      over = true;
      if (failure == null) {
        replies.end(null);
      } else if (!tryAgain(this, failure)) {
        replies.end(honest(failure));
      }
    }

    @Override
    public boolean isReady() {
      return replies.isReady();
    }

    @Override
    public void onReady() {
      replies.onReady();
    }

    @Override
    public void taken(int count) {
      passed = true;
      replies.taken(count);
    }
  }
}
