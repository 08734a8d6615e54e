package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.function.Consumer;

/**
 * One who gets the events of a public topic, from its acceptance to its end. On the event loop of
 * the broker, but for what comes from the subscriber's side.
 */
final class Subscriber implements Requests {
  private final Subscriptions all;
  private final String topic;
  private final Replies replies;
  private final Consumer<Subscriber> onEnd;
  private boolean accepted;
  private boolean over;

  /**
   * @param topic of MQTT
   * @param onEnd is told once, before the subscriber is
   */
  Subscriber(Subscriptions all, String topic, Replies replies, Consumer<Subscriber> onEnd) {
    this.all = all;
    this.topic = topic;
    this.replies = replies;
    this.onEnd = onEnd;
  }

  String topic() {
    return topic;
  }

  boolean isOver() {
    return over;
  }

  void accept() {
    if (!accepted && !over) {
      accepted = true;
      replies.accepted();
    }
  }

  void event(Payload event) {
    if (accepted && !over) {
      replies.item(event, /* last= */ false);
    }
  }

  void end(AgentException why) {
    if (!over) {
      over = true;
      onEnd.accept(this);
      replies.end(withOutcome(why));
    }
  }

  /** A subscription that was not accepted yet has had no effect. */
  private AgentException withOutcome(AgentException why) {
    Outcome outcome = accepted ? Outcome.UNKNOWN : Outcome.NOT_SENT;
    return why.outcome() == outcome
        ? why
        : new AgentException(
            why.code(), outcome, String.valueOf(why.getMessage()), why.details(), why);
  }

  // From the subscriber's side, on any thread.

  @Override
  public void cancel(AgentException reason) {
    all.cancel(this, reason);
  }

  @Override
  public void item(Payload item, boolean last) {
    // A subscriber says nothing.
  }

  @Override
  public void complete() {
    // The same.
  }

  @Override
  public boolean isReady() {
    return false;
  }

  @Override
  public void onReady() {
    // Events are given as they come.
  }

  @Override
  public void taken(int count) {
    // The same.
  }
}
