package io.agentchannel.bench;

import java.util.concurrent.Flow;

/** Gives one item so many times, as fast as it is asked, in the asking thread. */
record Repeat<T>(T item, int times) implements Flow.Publisher<T> {

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    subscriber.onSubscribe(new Progress<>(item, times, subscriber));
  }

  /** For a subscriber that asks from one thread at a time, as the runtime does. */
  private static final class Progress<T> implements Flow.Subscription {
    private final T item;
    private final Flow.Subscriber<? super T> subscriber;
    private int left;
    private long asked;
    private boolean giving;

    Progress(T item, int times, Flow.Subscriber<? super T> subscriber) {
      this.item = item;
      this.subscriber = subscriber;
      this.left = times;
    }

    @Override
    public void request(long count) {
      asked = asked + count < 0 ? Long.MAX_VALUE : asked + count;
      if (giving) {
        return;
      }
      giving = true;
      while (asked > 0 && left > 0) {
        asked--;
        left--;
        subscriber.onNext(item);
      }
      giving = false;
      if (left == 0) {
        left = -1;
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      left = -1;
    }
  }
}
