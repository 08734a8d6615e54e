package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.LIST;
import static io.agentchannel.core.call.Fixture.SHAPES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSubscriberTest {

  /** Records all signals, checks that they are serial, and can be told how to react. */
  private static class Recorder<T> implements Flow.Subscriber<T> {
    final ConcurrentLinkedQueue<T> items = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();
    final CompletableFuture<Throwable> end = new CompletableFuture<>();
    final AtomicInteger inside = new AtomicInteger();
    final ConcurrentLinkedQueue<String> breaches = new ConcurrentLinkedQueue<>();
    volatile Consumer<T> onItem = item -> {};
    volatile long first;
    Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      enter();
      this.subscription = subscription;
      if (first != 0) {
        subscription.request(first);
      }
      exit();
    }

    @Override
    public void onNext(T item) {
      enter();
      items.add(item);
      threads.add(Thread.currentThread().getName());
      try {
        onItem.accept(item);
      } finally {
        exit();
      }
    }

    @Override
    public void onError(Throwable failure) {
      enter();
      finish(failure);
      exit();
    }

    @Override
    public void onComplete() {
      enter();
      finish(null);
      exit();
    }

    private void finish(Throwable failure) {
      if (!end.complete(failure)) {
        breaches.add("a second end");
      }
    }

    private void enter() {
      if (inside.getAndIncrement() != 0) {
        breaches.add("signals overlap");
      }
      if (end.isDone()) {
        breaches.add("a signal after the end");
      }
    }

    private void exit() {
      inside.decrementAndGet();
    }

    Throwable awaitEnd() throws Exception {
      Throwable failure = end.get(30, SECONDS);
      assertThat(breaches).isEmpty();
      return failure;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscriberGetsEveryItemOnceInOrderAndTheEnd(boolean direct) throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all", options(direct));
      Recorder<String> recorder = new Recorder<>();
      recorder.first = 1;
      recorder.onItem = item -> recorder.subscription.request(1);
      stream.subscribe(recorder);
      WindowedProducer.start(on.peer.next(), 5, 2_000);
      assertThat(recorder.awaitEnd()).isNull();
      assertThat(recorder.items).containsExactlyElementsOf(numbers(2_000));
      assertThat(recorder.threads).containsOnly(direct ? "scripted link" : "agent executor");
    }
  }

  @Test
  void nothingIsDeliveredBeyondTheDemandAndTheEndNeedsNone() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.reply("two", false);
      exchange.reply("three", false);
      Recorder<String> recorder = new Recorder<>();
      stream.subscribe(recorder);
      recorder.subscription.request(2);
      await().until(() -> recorder.items.size() == 2);
      exchange.end(null);
      await().until(() -> on.channel.liveCalls() == 0);
      assertThat(recorder.items).containsExactly("one", "two");
      assertThat(recorder.end).isNotDone();
      recorder.subscription.request(1);
      assertThat(recorder.awaitEnd()).isNull();
      assertThat(recorder.items).containsExactly("one", "two", "three");
    }
  }

  @Test
  void emptyStreamCompletesWithoutDemand() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.end(null))) {
      Recorder<String> recorder = new Recorder<>();
      on.channel.stream(LIST, "all").subscribe(recorder);
      assertThat(recorder.awaitEnd()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void requestingLessThanOneFailsTheSubscriberAndCancelsTheCall(long count) throws Exception {
    try (Fixture on = new Fixture()) {
      Recorder<String> recorder = new Recorder<>();
      on.channel.stream(LIST, "all").subscribe(recorder);
      recorder.subscription.request(count);
      assertThat(recorder.awaitEnd()).isInstanceOf(IllegalArgumentException.class);
      on.peer.next().awaitCancel();
    }
  }

  @Test
  void demandAddsUpWithoutOverflowing() throws Exception {
    try (Fixture on = new Fixture()) {
      Recorder<String> recorder = new Recorder<>();
      on.channel.stream(LIST, "all").subscribe(recorder);
      recorder.subscription.request(Long.MAX_VALUE);
      recorder.subscription.request(Long.MAX_VALUE);
      WindowedProducer.start(on.peer.next(), 4, 50);
      assertThat(recorder.awaitEnd()).isNull();
      assertThat(recorder.items).hasSize(50);
    }
  }

  @Test
  void failureReachesOnErrorAfterTheItemsBeforeIt() throws Exception {
    try (Fixture on = new Fixture()) {
      Recorder<String> recorder = new Recorder<>();
      recorder.first = 10;
      on.channel.stream(LIST, "all").subscribe(recorder);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.fail(Code.INTERNAL, Outcome.PROCESSED);
      assertThat(recorder.awaitEnd())
          .isInstanceOfSatisfying(
              AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.INTERNAL));
      assertThat(recorder.items).containsExactly("one");
    }
  }

  @Test
  void unreadableItemReachesOnErrorAndCancelsThePeer() throws Exception {
    try (Fixture on = new Fixture()) {
      Recorder<Fixture.Shape> recorder = new Recorder<>();
      recorder.first = 10;
      on.channel.stream(SHAPES, "all").subscribe(recorder);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply(Payload.ofJson("[]"), false);
      assertThat(recorder.awaitEnd())
          .isInstanceOfSatisfying(
              AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT));
      exchange.awaitCancel();
    }
  }

  @Test
  void cancelledSubscriberHearsNothingMoreAndThePeerIsCancelled() throws Exception {
    try (Fixture on = new Fixture()) {
      Recorder<String> recorder = new Recorder<>();
      recorder.first = Long.MAX_VALUE;
      recorder.onItem =
          item -> {
            recorder.subscription.cancel();
            recorder.subscription.cancel();
            recorder.subscription.request(1);
          };
      on.channel.stream(LIST, "all", CallOptions.direct()).subscribe(recorder);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.answersCancel = false;
      WindowedProducer.start(exchange, 5, 100);
      exchange.awaitCancel();
      // What still comes is dropped, and counts as taken: the producer gets to its end.
      await().until(() -> exchange.taken() == 100);
      assertThat(recorder.items).containsExactly("1");
      assertThat(recorder.end).isNotDone();
      assertThat(recorder.breaches).isEmpty();
    }
  }

  @Test
  void subscriberThatThrowsHasCancelled() throws Exception {
    try (Fixture on = new Fixture()) {
      Recorder<String> recorder = new Recorder<>();
      recorder.first = Long.MAX_VALUE;
      recorder.onItem =
          item -> {
            throw new IllegalStateException("on purpose");
          };
      on.channel.stream(LIST, "all").subscribe(recorder);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.awaitCancel();
      assertThat(recorder.items).containsExactly("one");
      assertThat(recorder.end).isNotDone();
    }
  }

  @Test
  void secondSubscriberIsRefusedByTheRules() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.end(null))) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      var first = stream.iterator();
      Recorder<String> second = new Recorder<>();
      stream.subscribe(second);
      assertThat(second.subscription).isNotNull();
      assertThat(second.awaitEnd()).isInstanceOf(IllegalStateException.class);
      assertThat(first.hasNext()).isFalse();
      assertThatNullPointerException().isThrownBy(() -> stream.subscribe(null));
    }
  }

  /** Each onNext asks for one more of items that are all here: recursion would overflow. */
  @Test
  void requestFromWithinOnNextDoesNotRecurse() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all", CallOptions.direct());
      WindowedProducer producer = WindowedProducer.start(on.peer.next(), 100_000, 100_000);
      await().until(() -> producer.sent() == 100_000);
      Recorder<String> recorder = new Recorder<>();
      recorder.first = 1;
      recorder.onItem = item -> recorder.subscription.request(1);
      stream.subscribe(recorder);
      assertThat(recorder.awaitEnd()).isNull();
      assertThat(recorder.items).hasSize(100_000);
    }
  }

  @Test
  @Timeout(60)
  void noSignalIsLostBetweenRequestsAndItems() throws Exception {
    try (Fixture on = new Fixture()) {
      for (int round = 0; round < 20; round++) {
        Recorder<String> recorder = new Recorder<>();
        on.channel.stream(LIST, "all").subscribe(recorder);
        WindowedProducer.start(on.peer.next(), 1 + round % 3, 1_000);
        // From a third thread, so that requests, items and the drain meet in every order.
        for (int i = 0; i < 1_000; i++) {
          recorder.subscription.request(1);
        }
        assertThat(recorder.awaitEnd()).isNull();
        assertThat(recorder.items).containsExactlyElementsOf(numbers(1_000));
      }
    }
  }

  private static CallOptions options(boolean direct) {
    return direct ? CallOptions.direct() : CallOptions.defaults();
  }

  private static List<String> numbers(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }
}
