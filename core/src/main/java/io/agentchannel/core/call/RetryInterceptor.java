package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.github.resilience4j.core.IntervalFunction;

/**
 * Starts a call again that ended with {@link Code#UNAVAILABLE} before anything of it had reached
 * the caller, if its handler certainly did not run, or may have and the call is an idempotent unary
 * or one-way one. It goes on until something else ends the call: a deadline, a cancel, or another
 * answer.
 *
 * <p>No thread waits meanwhile: the time between two attempts is a timer.
 */
final class RetryInterceptor implements Interceptor {
  private final Deadlines timers;
  private final IntervalFunction backoff;

  /**
   * @param backoff milliseconds to wait before the attempt after the given one, which counts from 1
   */
  RetryInterceptor(Deadlines timers, IntervalFunction backoff) {
    this.timers = timers;
    this.backoff = backoff;
  }

  @Override
  public Requests intercept(Call call, Replies replies, Next next) {
    RetryingCall retrying = new RetryingCall(timers, backoff, call, replies, next);
    retrying.launch();
    return retrying;
  }

  /**
   * @param talked something was sent of a conversation, which cannot be said again
   */
  static boolean mayTryAgain(Call call, AgentException failure, boolean talked) {
    if (failure.code() != Code.UNAVAILABLE) {
      return false;
    }
    boolean certainlyNotRun = failure.outcome() == Outcome.NOT_SENT;
    return switch (call.kind()) {
      case DUPLEX -> certainlyNotRun && !talked;
      case STREAMING -> certainlyNotRun;
      case UNARY, ONE_WAY -> certainlyNotRun || call.idempotent();
    };
  }
}
