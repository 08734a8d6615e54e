package io.agentchannel.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** A subscriber that keeps what it gets, and asks for it one by one or when it is told to. */
final class Collector<T> implements Flow.Subscriber<T> {
  private final boolean oneByOne;
  private final List<T> taken = new ArrayList<>();
  private final AtomicInteger count = new AtomicInteger();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final CompletableFuture<List<T>> items = new CompletableFuture<>();

  private Collector(boolean oneByOne) {
    this.oneByOne = oneByOne;
  }

  static <T> Collector<T> oneByOne() {
    return new Collector<>(true);
  }

  static <T> Collector<T> onDemand() {
    return new Collector<>(false);
  }

  void request(long count) throws Exception {
    World.get(subscription).request(count);
  }

  void cancel() throws Exception {
    World.get(subscription).cancel();
  }

  int count() {
    return count.get();
  }

  /** All of them once the stream has ended well; fails as it failed. */
  CompletableFuture<List<T>> items() {
    return items;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription.complete(subscription);
    if (oneByOne) {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(T item) {
    taken.add(item);
    count.incrementAndGet();
    if (oneByOne) {
      subscription.join().request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    items.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    items.complete(taken);
  }
}
