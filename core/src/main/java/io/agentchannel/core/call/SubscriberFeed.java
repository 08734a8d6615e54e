package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one subscriber of a stream, fed by the rules of Reactive Streams 1.0.4 (numbers below are of
 * its section 1, 2 or 3). Items that were there before it are delivered from {@code request} when
 * the call is direct, and otherwise, like all, on the executor.
 */
final class SubscriberFeed<T> implements Flow.Subscription {
  private static final Logger log = LoggerFactory.getLogger(SubscriberFeed.class);

  private final StreamCall<T> stream;
  private final Inbox inbox;
  private final Drain drain;
  private final AtomicLong demand = new AtomicLong();

  /** Null when it has had its last signal, or cancelled (3.13); of the drain, once begun. */
  private Flow.@Nullable Subscriber<? super T> subscriber;

  private volatile boolean cancelled;
  private volatile boolean misused;

  SubscriberFeed(
      StreamCall<T> stream, Inbox inbox, Flow.Subscriber<? super T> subscriber, Delivery delivery) {
    this.stream = stream;
    this.inbox = inbox;
    this.subscriber = subscriber;
    this.drain = new Drain(delivery, this::feed);
    drain.hold();
  }

  void begin() {
    Flow.Subscriber<? super T> to = subscriber;
    if (to == null) {
      return;
    }
    try {
      to.onSubscribe(this);
    } catch (RuntimeException | Error e) {
      thrown("onSubscribe", e);
    }
    drain.release();
  }

  void signal() {
    drain.signal();
  }

  @Override
  public void request(long count) {
    if (count <= 0) {
      misused = true;
    } else {
      demand.getAndAccumulate(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }
    drain.signal();
  }

  @Override
  public void cancel() {
    cancelled = true;
    stream.close();
    drain.signal();
  }

  private void feed() {
    Flow.Subscriber<? super T> to = subscriber;
    while (to != null) {
      if (cancelled) {
        subscriber = null;
      } else if (misused) {
        stream.close();
        fail(to, new IllegalArgumentException("3.9: a subscriber requests at least one item"));
      } else if (inbox.isDrained()) {
        conclude(to);
      } else if (demand.get() == 0 || !feedOne(to)) {
        return;
      }
      to = subscriber;
    }
  }

  private boolean feedOne(Flow.Subscriber<? super T> to) {
    Payload item = inbox.poll();
    if (item == null) {
      return false;
    }
    inbox.tell(item);
    if (demand.get() != Long.MAX_VALUE) {
      demand.decrementAndGet();
    }
    T value;
    try {
      value = stream.decode(item);
    } catch (AgentException e) {
      fail(to, e);
      return true;
    }
    try {
      to.onNext(value);
    } catch (RuntimeException | Error e) {
      thrown("onNext", e);
    }
    return true;
  }

  private void conclude(Flow.Subscriber<? super T> to) {
    AgentException failure = inbox.failure();
    if (failure != null) {
      fail(to, failure);
      return;
    }
    subscriber = null;
    try {
      to.onComplete();
    } catch (RuntimeException | Error e) {
      thrown("onComplete", e);
    }
  }

  private void fail(Flow.Subscriber<? super T> to, Throwable failure) {
    subscriber = null;
    try {
      to.onError(failure);
    } catch (RuntimeException | Error e) {
      thrown("onError", e);
    }
  }

  /** 2.13: such a subscriber has cancelled by it. */
  private void thrown(String method, Throwable failure) {
    log.warn("{} of a subscriber to {} threw", method, stream.call().operation(), failure);
    cancelled = true;
    stream.close();
  }

  /** Subscribes and fails at once, as 1.9 wants a refusal. */
  static void refuse(Flow.Subscriber<?> subscriber, IllegalStateException why) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(why);
  }
}
