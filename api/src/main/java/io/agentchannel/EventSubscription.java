package io.agentchannel;

import java.util.concurrent.CompletionStage;

/** A running subscription. Thread-safe. Whoever subscribed closes it. */
public interface EventSubscription extends AutoCloseable {

  /**
   * Completes when the publisher has accepted the subscription: events published from then on
   * arrive or are counted as dropped. Fails with {@link AgentException} when it was refused.
   */
  CompletionStage<Void> accepted();

  /** Ends the subscription; {@link EventHandler#onClosed} follows. Twice does nothing. */
  @Override
  void close();
}
