package io.agentchannel.testkit.contract;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** Publishes the numbers from 0 up to a length, each when it is asked for. */
final class Range implements Flow.Publisher<Integer> {
  private final int length;
  private final AtomicInteger given = new AtomicInteger();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  Range(int length) {
    this.length = length;
  }

  /** How many were asked for and given. */
  int given() {
    return given.get();
  }

  boolean isCancelled() {
    return cancelled.get();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
    subscribe(subscriber, i -> i);
  }

  private <T> void subscribe(Flow.Subscriber<? super T> subscriber, IntFunction<T> item) {
    subscriber.onSubscribe(new Feed<>(subscriber, item));
  }

  /** The same with something else for each number. */
  record Mapped<T>(Range range, IntFunction<T> item) implements Flow.Publisher<T> {
    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
      range.subscribe(subscriber, item);
    }
  }

  private final class Feed<T> implements Flow.Subscription {
    private final Flow.Subscriber<? super T> subscriber;
    private final IntFunction<T> item;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger working = new AtomicInteger();
    private boolean complete;

    Feed(Flow.Subscriber<? super T> subscriber, IntFunction<T> item) {
      this.subscriber = subscriber;
      this.item = item;
      if (length == 0) {
        demand.set(1);
      }
    }

    @Override
    public void request(long count) {
      demand.accumulateAndGet(count, (now, more) -> now + more < 0 ? Long.MAX_VALUE : now + more);
      work();
    }

    @Override
    public void cancel() {
      cancelled.set(true);
    }

    private void work() {
      if (working.getAndIncrement() != 0) {
        return;
      }
      do {
        while (demand.get() > 0 && given.get() < length && !cancelled.get()) {
          demand.decrementAndGet();
          subscriber.onNext(item.apply(given.getAndIncrement()));
        }
        if (given.get() == length && !complete && !cancelled.get()) {
          complete = true;
          subscriber.onComplete();
        }
      } while (working.decrementAndGet() != 0);
    }
  }
}
