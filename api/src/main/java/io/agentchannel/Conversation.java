package io.agentchannel;

import org.jspecify.annotations.Nullable;

/**
 * One duplex call: messages both ways, in order, each once.
 *
 * <p>Thread-safe: one thread may send while another receives. The opener ends its direction with
 * {@link #complete}; the handler's side ends both when it returns. Whoever opened a conversation
 * closes it; a handler's is closed for it.
 *
 * @param <S> what this side sends
 * @param <R> what this side receives
 */
public interface Conversation<S, R> extends AutoCloseable {

  /**
   * Sends one message, waiting until the peer has room for it.
   *
   * @throws AgentException as the call's failure; {@link Code#FAILED_PRECONDITION} after {@link
   *     #complete}; {@link Code#CANCELLED} if interrupted, the flag restored
   */
  void send(S message);

  /** The next message, waiting for it; null when the peer has completed its direction. */
  @Nullable R receive();

  /** Says that this side sends no more; it can still receive. Does nothing the second time. */
  void complete();

  /** Cancels the call unless it has ended; does nothing the second time. */
  @Override
  void close();
}
