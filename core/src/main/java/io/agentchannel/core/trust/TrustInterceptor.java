package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Interceptor;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.HeldCall;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * On the server's side: lets those calls of agents pass that the rules allow. Guests have rules of
 * their own and have passed them. Where the rules in memory do not allow a call, it waits until
 * they are up to date.
 */
public final class TrustInterceptor implements Interceptor {
  private final Trust trust;

  public TrustInterceptor(Trust trust) {
    this.trust = trust;
  }

  @Override
  public Requests intercept(Call call, Replies replies, Next next) {
    if (!(call.caller() instanceof Peer.Agent caller)) {
      return next.start(call, replies);
    }
    if (trust.allows(caller.id(), call.operation())) {
      return start(caller, call, replies, next);
    }
    HeldCall held = new HeldCall(call, replies);
    try {
      trust
          .check(caller, call.operation())
          .whenComplete(
              (refusal, failure) -> {
                if (refusal == null && failure == null) {
                  held.begin((same, out) -> start(caller, same, out, next));
                } else {
                  held.fail(refusal == null ? undecided(failure) : refusal);
                }
              });
    } catch (RejectedExecutionException e) {
      held.fail(undecided(e));
    }
    return held;
  }

  /** Looks once more: a revocation cancels what it finds running, and might just not find this. */
  private Requests start(Peer.Agent caller, Call call, Replies replies, Next next) {
    Requests requests = next.start(call, replies);
    if (!trust.allows(caller.id(), call.operation())) {
      requests.cancel(Trust.revokedCall());
    }
    return requests;
  }

  private static AgentException undecided(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof AgentException known
        ? known
        : Commands.denied("whether this may be called could not be found out; the log says more");
  }
}
