package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one {@link Interceptor.Next} of many interceptors, on either side. */
public final class Chain {
  private static final Logger log = LoggerFactory.getLogger(Chain.class);

  private Chain() {}

  /**
   * @param links the first is the outermost
   * @param end what the last of them goes on to
   */
  public static Interceptor.Next of(List<Interceptor> links, Interceptor.Next end) {
    Interceptor.Next next = end;
    for (int i = links.size() - 1; i >= 0; i--) {
      Interceptor link = links.get(i);
      Interceptor.Next rest = next;
      next = (call, replies) -> link.intercept(call, replies, rest);
    }
    return next;
  }

  /** An interceptor of the user's, whose exceptions fail the call and nothing else. */
  public static Interceptor guarded(Interceptor interceptor) {
    return (call, replies, next) -> {
      Started started = new Started(next);
      try {
        return Objects.requireNonNull(
            interceptor.intercept(call, replies, started), "an interceptor returned null");
      } catch (RuntimeException | Error e) {
        log.error("an interceptor threw at a call of {}", call.operation(), e);
        AgentException failure =
            new AgentException(Code.INTERNAL, started.outcome(), "an interceptor failed", e);
        started.cancel(failure);
        replies.end(failure);
        return Requests.ended();
      }
    };
  }

  /** Remembers what was started, which must not run on when its interceptor has thrown. */
  private static final class Started implements Interceptor.Next {
    private final Interceptor.Next next;
    private boolean any;
    private @Nullable Requests requests;

    Started(Interceptor.Next next) {
      this.next = next;
    }

    @Override
    public Requests start(Call call, Replies replies) {
      any = true;
      requests = next.start(call, replies);
      return requests;
    }

    Outcome outcome() {
      return any ? Outcome.UNKNOWN : Outcome.NOT_SENT;
    }

    void cancel(AgentException reason) {
      Requests running = requests;
      if (running != null) {
        running.cancel(reason);
      }
    }
  }
}
