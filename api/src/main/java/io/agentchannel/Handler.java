package io.agentchannel;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * The shapes of what serves an operation. A handler runs at most once per exchange, many at a time,
 * on the agent's executor unless it is served with {@link HandlerOptions#direct()}. When the call
 * is cancelled its thread is interrupted. It may throw anything; see {@link AgentException} for
 * what the caller sees of it.
 */
public interface Handler {

  /** One request, one reply. */
  @FunctionalInterface
  interface Unary<Q, R> {
    R handle(Q request, CallContext call) throws Exception;
  }

  /** One request, one reply, later. */
  @FunctionalInterface
  interface Async<Q, R> {
    CompletionStage<R> handle(Q request, CallContext call) throws Exception;
  }

  /** One request, many replies; the stream ends when the method returns. */
  @FunctionalInterface
  interface Stream<Q, R> {
    void handle(Q request, ReplySink<R> replies, CallContext call) throws Exception;
  }

  /** One request, many replies, at the pace of {@link Flow}. */
  @FunctionalInterface
  interface Publisher<Q, R> {
    Flow.Publisher<R> handle(Q request, CallContext call) throws Exception;
  }

  /** Messages both ways; the conversation ends when the method returns. */
  @FunctionalInterface
  interface Duplex<Q, R> {
    void handle(Conversation<R, Q> conversation, CallContext call) throws Exception;
  }

  /** One request; the caller already knows that it was accepted. Failures are only logged. */
  @FunctionalInterface
  interface OneWay<Q> {
    void handle(Q request, CallContext call) throws Exception;
  }
}
