package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.Streaming;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherTest {
  private static final Streaming<String, String> TICKS =
      Operation.streaming("ticks", String.class, String.class);

  private final Rig rig = new Rig();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itemsAreAskedForAsThereIsRoom(boolean direct) {
    Counting source = new Counting(5);
    RecordedReplies replies = RecordedReplies.withRoom(2);
    rig.ask(dispatcher(source, direct), rig.call(TICKS), "x", replies);
    assertThat(replies.awaitTexts(2)).containsExactly("0", "1");
    assertThat(source.requested).hasValue(2);
    assertThat(replies.isAccepted()).isTrue();
    replies.giveRoom(2);
    assertThat(replies.awaitTexts(4)).hasSize(4);
    assertThat(source.requested).hasValue(4);
    replies.giveRoom(1);
    assertThat(replies.awaitEnd().texts()).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void publisherThatAnswersInPlaceDoesNotOverflowTheStack() {
    Dispatcher dispatcher = dispatcher(new Counting(200_000), true);
    assertThat(rig.ask(dispatcher, TICKS, "x").awaitEnd().items()).hasSize(200_000);
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void publisherOfTheJdkWorks() {
    SubmissionPublisher<String> source = new SubmissionPublisher<>(rig.pool, 16);
    RecordedReplies replies = rig.ask(dispatcher(source, false), TICKS, "x");
    Awaitility.await().until(source::hasSubscribers);
    for (int i = 0; i < 100; i++) {
      source.submit("t" + i);
    }
    source.close();
    assertThat(replies.awaitEnd().items()).hasSize(100);
  }

  @Test
  void cancelCancelsTheSubscription() {
    Counting source = new Counting(10);
    RecordedReplies replies = RecordedReplies.withRoom(1);
    Dispatcher dispatcher = dispatcher(source, false);
    Requests requests = replies.to(dispatcher.start(rig.call(TICKS), replies));
    requests.item(Payload.ofText("x"), true);
    replies.awaitTexts(1);
    requests.cancel(DispatcherTest.cancelled());
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    assertThat(source.cancelled.join()).isTrue();
    DispatcherTest.awaitIdle(dispatcher);
    replies.giveRoom(10);
    assertThat(replies.items()).hasSize(1);
  }

  @Test
  void subscriptionThatComesAfterTheCancelIsCancelled() {
    CompletableFuture<Flow.Subscriber<? super String>> late = new CompletableFuture<>();
    Dispatcher dispatcher = dispatcher(late::complete, false);
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(TICKS), replies);
    requests.item(Payload.ofText("x"), true);
    Flow.Subscriber<? super String> subscriber = late.join();
    requests.cancel(DispatcherTest.cancelled());
    replies.awaitFailure();
    DispatcherTest.awaitIdle(dispatcher);
    Counting source = new Counting(1);
    source.subscribe(subscriber);
    assertThat(source.cancelled.join()).isTrue();
    assertThat(source.requested).hasValue(0);
  }

  @Test
  void nullItemIsTheHandlersFault() {
    assertBroken(
        subscriber -> {
          Recorder subscription = new Recorder();
          subscriber.onSubscribe(subscription);
          subscriber.onNext(null);
          return subscription;
        });
  }

  @Test
  void itemThatNobodyAskedForIsTheHandlersFault() {
    assertBroken(
        subscriber -> {
          Recorder subscription = new Recorder();
          subscriber.onSubscribe(subscription);
          subscriber.onNext("asked for");
          subscriber.onNext("asked for too");
          subscriber.onNext("asked for as well");
          return subscription;
        },
        1);
  }

  @Test
  void signalsAfterTheEndAreIgnored() {
    Dispatcher dispatcher =
        dispatcher(
            subscriber -> {
              subscriber.onSubscribe(new Recorder());
              subscriber.onNext("a");
              subscriber.onComplete();
              subscriber.onNext("b");
              subscriber.onError(new IllegalStateException());
              subscriber.onComplete();
            },
            false);
    RecordedReplies replies = rig.ask(dispatcher, TICKS, "x").awaitEnd();
    DispatcherTest.awaitIdle(dispatcher);
    assertThat(replies.texts()).containsExactly("a");
    replies.assertClean();
  }

  @Test
  void secondSubscriptionIsCancelled() {
    Recorder second = new Recorder();
    Dispatcher dispatcher =
        dispatcher(
            subscriber -> {
              subscriber.onSubscribe(new Recorder());
              subscriber.onSubscribe(second);
              subscriber.onComplete();
            },
            false);
    rig.ask(dispatcher, TICKS, "x").awaitEnd();
    assertThat(second.cancelled.join()).isTrue();
  }

  @Test
  void failedPublisherFailsTheCall() {
    Dispatcher dispatcher =
        dispatcher(
            subscriber -> {
              subscriber.onSubscribe(new Recorder());
              subscriber.onError(AgentException.application("dry"));
            },
            false);
    assertThat(rig.ask(dispatcher, TICKS, "x").awaitFailure()).hasMessage("dry");
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void missingPublisherIsTheHandlersFault() {
    Dispatcher dispatcher = dispatcher(null, false);
    assertThat(rig.ask(dispatcher, TICKS, "x").awaitFailure().code()).isEqualTo(Code.INTERNAL);
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void handlerThatFailsAfterSubscribingLeavesNoSubscription() {
    Recorder subscription = new Recorder();
    Dispatcher dispatcher =
        dispatcher(
            subscriber -> {
              subscriber.onSubscribe(subscription);
              throw new IllegalStateException("after all");
            },
            false);
    assertThat(rig.ask(dispatcher, TICKS, "x").awaitFailure().code()).isEqualTo(Code.INTERNAL);
    assertThat(subscription.cancelled.join()).isTrue();
    DispatcherTest.awaitIdle(dispatcher);
  }

  private void assertBroken(Function<Flow.Subscriber<? super String>, Recorder> f) {
    assertBroken(f, Integer.MAX_VALUE / 2);
  }

  private void assertBroken(
      Function<Flow.Subscriber<? super String>, Recorder> misbehave, int room) {
    CompletableFuture<Recorder> subscription = new CompletableFuture<>();
    Dispatcher dispatcher =
        dispatcher(subscriber -> subscription.complete(misbehave.apply(subscriber)), false);
    RecordedReplies replies = RecordedReplies.withRoom(room);
    rig.ask(dispatcher, rig.call(TICKS), "x", replies);
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.INTERNAL);
    assertThat(subscription.join().cancelled.join()).isTrue();
    DispatcherTest.awaitIdle(dispatcher);
  }

  private Dispatcher dispatcher(Flow.Publisher<String> publisher, boolean direct) {
    Handler.Publisher<String, String> handler = (q, call) -> publisher;
    return (direct ? rig.serveDirect(TICKS, handler) : rig.serve(TICKS, handler)).dispatcher();
  }

  /** A subscription that remembers its cancel. */
  private static class Recorder implements Flow.Subscription {
    final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {
      cancelled.complete(true);
    }
  }

  /** Counts up, answering in place. */
  private static final class Counting implements Flow.Publisher<String> {
    final AtomicInteger requested = new AtomicInteger();
    final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    private final int count;

    Counting(int count) {
      this.count = count;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              assertThat(n).isEqualTo(1);
              int next = requested.getAndIncrement();
              subscriber.onNext(String.valueOf(next));
              if (next == count - 1) {
                subscriber.onComplete();
              }
            }

            @Override
            public void cancel() {
              cancelled.complete(true);
            }
          });
    }
  }
}
