package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import org.jspecify.annotations.Nullable;

/**
 * On either side: cancels a call that has not ended by its deadline, or has not been accepted in
 * time, with {@link Code#DEADLINE_EXCEEDED}, whether or not it ever found a link. The rest of the
 * chain answers with the end and its true outcome.
 */
public final class DeadlineInterceptor implements Interceptor {
  private final Deadlines deadlines;

  public DeadlineInterceptor(Deadlines deadlines) {
    this.deadlines = deadlines;
  }

  @Override
  public Requests intercept(Call call, Replies replies, Next next) {
    Long deadline = call.deadlineNanos();
    if (deadline == null && call.acceptNanos() == null) {
      return next.start(call, replies);
    }
    if (deadline != null && deadline - deadlines.nanoTime() <= 0) {
      replies.end(
          Failures.notSent(
              Code.DEADLINE_EXCEEDED, "the deadline of " + call.operation() + " has passed"));
      return Requests.ended();
    }
    Guard guard = new Guard(deadlines, call, replies);
    Requests requests = next.start(call, guard);
    guard.arm(requests);
    return requests;
  }

  /** Watches one call: its replies pass here, and its time runs out here. */
  private static final class Guard extends Deadlines.Timer implements Replies {
    private final Deadlines deadlines;
    private final Call call;
    private final Replies replies;

    // Guarded by this; no call to the chain is made under it.
    private @Nullable Requests requests;
    private boolean accepted;
    private boolean over;

    Guard(Deadlines deadlines, Call call, Replies replies) {
      this.deadlines = deadlines;
      this.call = call;
      this.replies = replies;
      this.accepted = call.acceptNanos() == null;
    }

    synchronized void arm(Requests started) {
      requests = started;
      update();
    }

    private synchronized void onAccepted() {
      if (!accepted) {
        accepted = true;
        update();
      }
    }

    private synchronized void onOver() {
      over = true;
      update();
    }

    private void update() {
      Long limit = limit();
      if (limit == null) {
        deadlines.remove(this);
      } else {
        deadlines.add(this, limit);
      }
    }

    /** What to watch for now; null when there is nothing. */
    private @Nullable Long limit() {
      Long deadline = call.deadlineNanos();
      Long accept = accepted ? null : call.acceptNanos();
      if (over || requests == null) {
        return null;
      }
      if (accept == null || deadline == null) {
        return accept == null ? deadline : accept;
      }
      return accept - deadline < 0 ? accept : deadline;
    }

    @Override
    protected void expired() {
      Requests late;
      String why;
      synchronized (this) {
        Long limit = limit();
        if (limit == null || limit - deadlines.nanoTime() > 0) {
          return;
        }
        late = requests;
        why = accepted ? " has not ended by its deadline" : " was not accepted in time";
      }
      if (late != null) {
        late.cancel(
            new AgentException(Code.DEADLINE_EXCEEDED, Outcome.UNKNOWN, call.operation() + why));
      }
    }

    @Override
    public void accepted() {
      onAccepted();
      replies.accepted();
    }

    @Override
    public void item(Payload item, boolean last) {
      if (last) {
        onOver();
      } else {
        onAccepted();
      }
      replies.item(item, last);
    }

    @Override
    public void end(@Nullable AgentException failure) {
      onOver();
      replies.end(failure);
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
      replies.taken(count);
    }
  }
}
