package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.Chain;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every incoming call passes, in order. Thread-safe; a fault in a link of it ends the call
 * with {@link Code#INTERNAL} and reaches nobody else.
 */
public final class ServerChain implements Interceptor.Next {
  private final Interceptor.Next first;

  private ServerChain(Interceptor.Next first) {
    this.first = first;
  }

  /**
   * Makes the chain: deadline, trust, the user's interceptors, keyed calls, handlers.
   *
   * <p>The deadline is outermost, so that it covers everything behind it; nobody's code sees a call
   * that is not allowed. Keyed calls come after the user's interceptors, so that these see (and may
   * refuse) each caller that attaches to a run and not just the one that started it.
   *
   * @param deadline ends calls at their deadline
   * @param trust lets those calls pass that are allowed
   * @param users the first is the outermost
   */
  public static Interceptor.Next of(
      Interceptor deadline,
      Interceptor trust,
      List<Interceptor> users,
      KeyedCalls keyed,
      Dispatcher handlers) {
    List<Interceptor> links = new ArrayList<>();
    links.add(deadline);
    links.add(trust);
    links.addAll(users);
    links.add(keyed);
    return new ServerChain(Chain.of(links.stream().map(Chain::guarded).toList(), handlers));
  }

  @Override
  public Requests start(Call call, Replies replies) {
    Entrance entrance = new Entrance(replies);
    entrance.inner = first.start(call, entrance.replies);
    return entrance;
  }

  /** Where requests come in and replies leave: in order, and nothing thrown gets out. */
  private static final class Entrance implements Requests {
    private final SerialReplies replies;
    private volatile @Nullable Requests inner;

    Entrance(Replies replies) {
      this.replies =
          new SerialReplies(
              replies,
              failure -> {
                Requests started = inner;
                if (started != null) {
                  started.cancel(failure);
                }
              });
    }

    @Override
    public void item(Payload item, boolean last) {
      guard(() -> inner().item(item, last));
    }

    @Override
    public void complete() {
      guard(() -> inner().complete());
    }

    @Override
    public void cancel(AgentException reason) {
      guard(() -> inner().cancel(reason));
    }

    @Override
    public boolean isReady() {
      return inner().isReady();
    }

    @Override
    public void onReady() {
      guard(() -> inner().onReady());
    }

    @Override
    public void taken(int count) {
      guard(() -> inner().taken(count));
    }

    private Requests inner() {
      return Objects.requireNonNull(inner);
    }

    private void guard(Runnable step) {
      try {
        step.run();
      } catch (Throwable t) {
        Failures.logFault("passing requests on", t);
        AgentException failure = fault();
        replies.end(failure);
        try {
          inner().cancel(failure);
        } catch (Throwable again) {
          Failures.logFault("cancelling a call", again);
        }
      }
    }
  }

  private static AgentException fault() {
    return new AgentException(
        Code.INTERNAL,
        Outcome.UNKNOWN,
        "a fault inside of this agent ended the call; its log says more");
  }
}
