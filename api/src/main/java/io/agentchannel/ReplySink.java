package io.agentchannel;

/**
 * Where a streaming handler puts its items. Thread-safe; items of one thread keep their order.
 *
 * @param <T> the item
 */
public interface ReplySink<T> {

  /**
   * Sends one item, waiting until the caller has room for it.
   *
   * @throws AgentException {@link Code#CANCELLED} if the caller is gone or this thread is
   *     interrupted (the flag stays set), {@link Code#FAILED_PRECONDITION} from a direct handler
   *     that would have to wait
   */
  void send(T item);

  /** Whether {@link #send} would not wait now. */
  boolean isReady();
}
