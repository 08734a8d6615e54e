package io.agentchannel;

import org.jspecify.annotations.Nullable;

/**
 * The way from the handler to the caller, for one call. Calls on it are serial unless a method says
 * otherwise; none of them blocks. After the end everything is ignored.
 */
public interface Replies {

  /** The call was accepted; at most once and before all items. */
  default void accepted() {}

  /**
   * One message.
   *
   * @param last the call has ended well with it; {@link #end} does not follow
   */
  void item(Payload item, boolean last);

  /**
   * The call has ended.
   *
   * @param failure null when it ended well
   */
  void end(@Nullable AgentException failure);

  /** The mirror of {@link Requests#isReady}. From any thread. */
  boolean isReady();

  /** Requests can flow again: {@link Requests#isReady} turned true. */
  void onReady();

  /** The handler has taken the next {@code count} requests. From any thread. */
  void taken(int count);
}
