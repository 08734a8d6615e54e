package io.agentchannel;

import java.util.Iterator;
import java.util.concurrent.Flow;

/**
 * The replies of a streaming call, in order, each once, whatever happened to the links below.
 *
 * <p>The call starts at once and the peer sends ahead as far as the window allows; taking items is
 * what lets it send more. A stream is consumed once: by one iteration (blocking) or by one
 * subscriber, never both; the second attempt fails with {@link IllegalStateException}. The iterator
 * belongs to one thread at a time; {@link #close} is safe from any.
 *
 * <p>A failed call surfaces as {@link AgentException} from {@code hasNext} or {@code onError},
 * after the items that came before it. An interrupted iteration restores the flag, cancels the call
 * at the peer and fails with {@link Code#CANCELLED}.
 */
public interface ReplyStream<T> extends Iterable<T>, Flow.Publisher<T>, AutoCloseable {

  /** Blocks in {@code hasNext} until an item, the end or a failure is there. */
  @Override
  Iterator<T> iterator();

  /** Delivers serially on the agent's executor, or where packets arrive for a direct call. */
  @Override
  void subscribe(Flow.Subscriber<? super T> subscriber);

  /** Cancels the call unless it has ended; does nothing the second time. */
  @Override
  void close();
}
