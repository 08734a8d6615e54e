package io.agentchannel.core.call;

import io.agentchannel.Interceptor;
import io.agentchannel.core.Chain;
import io.github.resilience4j.core.IntervalFunction;
import java.util.ArrayList;
import java.util.List;

/** What every outgoing call passes, in order. */
public final class ClientChain {
  private ClientChain() {}

  /**
   * The user's interceptors, who see a call once however often it is attempted; then its deadline,
   * which ends the attempts; then the attempts; then {@code end}, where each is an exchange.
   *
   * @param users the first is the outermost
   * @param timers shared by all calls of the agent
   * @param backoff milliseconds to wait before the attempt after the given one, which counts from 1
   */
  public static Interceptor.Next of(
      List<Interceptor> users, Deadlines timers, IntervalFunction backoff, Interceptor.Next end) {
    List<Interceptor> links = new ArrayList<>();
    for (Interceptor user : users) {
      links.add(Chain.guarded(user));
    }
    links.add(new DeadlineInterceptor(timers));
    links.add(new RetryInterceptor(timers, backoff));
    return Chain.of(links, end);
  }

  /**
   * The usual backoff: doubled each time up to a bound, each wait up to half longer or shorter, so
   * that callers who lost the same peer do not come back in step.
   */
  public static IntervalFunction backoff(long firstMillis, long maxMillis) {
    return IntervalFunction.ofExponentialRandomBackoff(firstMillis, 2.0, 0.5, maxMillis);
  }
}
