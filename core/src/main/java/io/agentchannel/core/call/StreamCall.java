package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A streaming call and the stream of its replies. Items are decoded where they are consumed. */
final class StreamCall<T> extends OutgoingCall implements ReplyStream<T> {
  private final Delivery delivery;
  private final Function<Payload, T> decoder;
  private final Inbox inbox = new Inbox(this::took, this::arrived);
  private final AtomicBoolean consumed = new AtomicBoolean();
  private volatile @Nullable SubscriberFeed<T> feed;

  /**
   * @param decoder throws {@link AgentException} for what it cannot read
   */
  StreamCall(LiveCalls live, Call call, Delivery delivery, Function<Payload, T> decoder) {
    super(live, call);
    this.delivery = delivery;
    this.decoder = decoder;
  }

  @Override
  public void item(Payload item, boolean last) {
    if (isOver()) {
      took(1);
      return;
    }
    inbox.add(item);
    if (last) {
      end(null);
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (finish()) {
      inbox.end(failure);
    }
  }

  private void arrived() {
    SubscriberFeed<T> subscriber = feed;
    if (subscriber != null) {
      subscriber.signal();
    }
  }

  @Override
  public Iterator<T> iterator() {
    if (!consumed.compareAndSet(false, true)) {
      throw consumedAlready();
    }
    return new ItemIterator<>(this, inbox);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    if (consumed.compareAndSet(false, true)) {
      SubscriberFeed<T> first = new SubscriberFeed<>(this, inbox, subscriber, delivery);
      feed = first;
      first.begin();
    } else {
      SubscriberFeed.refuse(subscriber, consumedAlready());
    }
  }

  private static IllegalStateException consumedAlready() {
    return new IllegalStateException("a stream of replies is consumed once; call again for more");
  }

  /**
   * @throws AgentException after which the call is over, here and at the peer
   */
  T decode(Payload item) {
    try {
      return decoder.apply(item);
    } catch (AgentException e) {
      stop(e);
      throw e;
    }
  }

  @Override
  public void close() {
    stop(Failures.cancelled("the stream of " + call().operation() + " was closed"));
  }

  @Override
  void giveUp(AgentException reason) {
    stop(reason);
  }

  /**
   * Ends the call and drops what was not taken.
   *
   * @return why it ended in truth
   */
  AgentException stop(AgentException reason) {
    // First the peer: the end usually comes back on this very stack, with the outcome.
    cancel(reason);
    finish();
    return inbox.discard(reason);
  }
}
