package io.agentchannel.core.route;

import io.agentchannel.Interceptor;
import io.agentchannel.RouteReport;
import java.util.concurrent.CompletableFuture;

/**
 * Where the calls of a channel go: the end of its chain of interceptors. An agent is a {@link
 * Target}; a plain service is a {@link ServiceTarget}. Thread-safe.
 */
public interface Destination extends Interceptor.Next {

  RouteReport explain();

  /** Calls to here whose caller waits for one reply, and that an agent that closes lets finish. */
  int awaitedReplies();

  /** Completes when what had gathered for it is sent. */
  CompletableFuture<Void> close();
}
