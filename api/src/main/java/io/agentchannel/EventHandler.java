package io.agentchannel;

import org.jspecify.annotations.Nullable;

/**
 * Gets the events of a subscription, serially, on the agent's executor.
 *
 * @param <T> the event
 */
@FunctionalInterface
public interface EventHandler<T> {

  /** The next event. What it throws is logged and ends nothing. */
  void onEvent(T event) throws Exception;

  /** This many events were lost here because this subscriber was slower than the publisher. */
  default void onDropped(long count) {}

  /**
   * The last call to this handler.
   *
   * @param failure null when this side closed the subscription or the publisher ended it in order
   */
  default void onClosed(@Nullable AgentException failure) {}
}
