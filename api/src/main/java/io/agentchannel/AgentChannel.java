package io.agentchannel;

import java.util.concurrent.CompletableFuture;

/**
 * This agent's conversation with one peer, over whatever link works. Thread-safe.
 *
 * <p>A call survives the loss of its link: it goes on over the next one with its id, its position
 * in the stream and its deadline, and the handler still runs once. What the user sees is a pause.
 *
 * <p>All failures are {@link AgentException}. Blocking methods that are interrupted restore the
 * flag, cancel the call at the peer and throw {@link Code#CANCELLED}. There is no method that
 * retries what may already have run: that decision needs {@link Outcome} and is the user's, or the
 * operation's when it is declared idempotent.
 */
public interface AgentChannel extends AutoCloseable {

  /** What the channel was opened with; of an invitation not the secret. */
  String target();

  /** Calls and waits for the reply. */
  default <Q, R> R request(Unary<Q, R> operation, Q request) {
    return request(operation, request, CallOptions.defaults());
  }

  <Q, R> R request(Unary<Q, R> operation, Q request, CallOptions options);

  /**
   * Calls without waiting. Cancelling the future, or completing it from elsewhere ({@code
   * orTimeout}), cancels the call at the peer.
   */
  default <Q, R> CompletableFuture<R> requestAsync(Unary<Q, R> operation, Q request) {
    return requestAsync(operation, request, CallOptions.defaults());
  }

  <Q, R> CompletableFuture<R> requestAsync(Unary<Q, R> operation, Q request, CallOptions options);

  /** Starts a streaming call at once; does not wait. Close what is returned. */
  default <Q, R> ReplyStream<R> stream(Streaming<Q, R> operation, Q request) {
    return stream(operation, request, CallOptions.defaults());
  }

  <Q, R> ReplyStream<R> stream(Streaming<Q, R> operation, Q request, CallOptions options);

  /** Starts a conversation at once; does not wait. Close what is returned. */
  default <Q, R> Conversation<Q, R> open(Duplex<Q, R> operation) {
    return open(operation, CallOptions.defaults());
  }

  <Q, R> Conversation<Q, R> open(Duplex<Q, R> operation, CallOptions options);

  /** Sends and waits until the peer has accepted it, which is before its handler has run. */
  default <Q> void send(OneWay<Q> operation, Q request) {
    send(operation, request, CallOptions.defaults());
  }

  <Q> void send(OneWay<Q> operation, Q request, CallOptions options);

  /** Sends without waiting; the future completes when the peer has accepted it. */
  <Q> CompletableFuture<Void> sendAsync(OneWay<Q> operation, Q request, CallOptions options);

  /** Subscribes to a topic of the peer's; does not wait. */
  <T> EventSubscription subscribe(Topic<T> topic, EventHandler<T> handler);

  /**
   * What the peer says of itself: asks it, waits for the answer, and verifies that the agent at the
   * other end of the channel has signed it.
   *
   * @throws AgentException {@link Code#UNAUTHENTICATED} if it is another's card, was changed or has
   *     expired
   */
  AgentCard card();

  /** How the peer is reached now, and why not otherwise. */
  RouteReport explain();

  /**
   * Closes this view of the conversation: its calls are cancelled, links stay for other channels to
   * the peer. Twice does nothing.
   */
  @Override
  void close();
}
