package io.agentchannel.cli.exec;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.cli.ForwardingReplies;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls beyond a number that runs or waits, before a handler is started for them: {@link
 * Code#RESOURCE_EXHAUSTED}, {@link Outcome#NOT_SENT}. The runtime's own operations always pass.
 * Thread-safe.
 */
final class Admission implements Interceptor {
  private final AtomicInteger admitted = new AtomicInteger();
  private final int most;

  Admission(int most) {
    this.most = most;
  }

  @Override
  public Requests intercept(Call call, Replies replies, Next next) {
    if (call.operation().startsWith("agentchannel.")) {
      return next.start(call, replies);
    }
    if (admitted.incrementAndGet() > most) {
      admitted.decrementAndGet();
      replies.end(
          new AgentException(
              Code.RESOURCE_EXHAUSTED,
              Outcome.NOT_SENT,
              "too many programs run and wait here; try again later"));
      return Requests.ended();
    }
    Counted counted = new Counted(replies);
    try {
      return next.start(call, counted);
    } catch (RuntimeException | Error e) {
      counted.release();
      throw e;
    }
  }

  private final class Counted extends ForwardingReplies {
    private final AtomicBoolean released = new AtomicBoolean();

    Counted(Replies replies) {
      super(replies);
    }

    @Override
    public void item(Payload item, boolean last) {
      if (last) {
        release();
      }
      super.item(item, last);
    }

    @Override
    public void end(@Nullable AgentException failure) {
      release();
      super.end(failure);
    }

    void release() {
      if (released.compareAndSet(false, true)) {
        admitted.decrementAndGet();
      }
    }
  }
}
