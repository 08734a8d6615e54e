package io.agentchannel.core.call;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
  private static final Topic<String> NEWS = Topic.of("news", String.class);

  /** Writes down what it hears, in words. */
  private static class Diary implements EventHandler<String> {
    final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void onEvent(String event) throws Exception {
      lines.add(event);
    }

    @Override
    public void onDropped(long count) {
      lines.add("dropped " + count);
    }

    @Override
    public void onClosed(AgentException failure) {
      lines.add("closed " + (failure == null ? "well" : failure.code()));
    }

    void await(String... expected) {
      Awaitility.await().untilAsserted(() -> assertThat(lines).containsExactly(expected));
    }
  }

  /** Waits before it writes. */
  private static final class SlowDiary extends Diary {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch leave = new CountDownLatch(1);

    @Override
    public void onEvent(String event) throws Exception {
      entered.countDown();
      leave.await();
      super.onEvent(event);
    }
  }

  @Test
  void subscriptionIsAStreamingCallThatNamesItsTopic() throws Exception {
    try (Fixture on = new Fixture()) {
      EventSubscription subscription = on.channel.subscribe(NEWS, new Diary());
      ScriptedPeer.Exchange exchange = on.peer.next();
      assertThat(exchange.call.operation()).isEqualTo("agentchannel.subscribe");
      assertThat(exchange.call.kind()).isEqualTo(Call.Kind.STREAMING);
      Payload request = exchange.awaitItem();
      assertThat(request.contentType()).isEqualTo(Payload.JSON);
      assertThat(request.utf8()).isEqualTo("{\"topic\":\"news\"}");
      subscription.close();
    }
  }

  @Test
  void eventsAndNoticesOfLostOnesComeInOrder() throws Exception {
    try (Fixture on = new Fixture()) {
      Diary diary = new Diary();
      EventSubscription subscription = on.channel.subscribe(NEWS, diary);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.accepted();
      exchange.reply("one", false);
      exchange.reply(
          Payload.of(
              "application/vnd.agentchannel.dropped+json",
              "{\"count\":3}".getBytes(StandardCharsets.UTF_8)),
          false);
      exchange.reply("five", false);
      diary.await("one", "dropped 3", "five");
      subscription.accepted().toCompletableFuture().get(10, SECONDS);
      exchange.end(null);
      diary.await("one", "dropped 3", "five", "closed well");
      await().until(() -> exchange.taken() == 3);
    }
  }

  @Test
  void eventIsTakenOnlyWhenItHasBeenHandled() throws Exception {
    try (Fixture on = new Fixture()) {
      SlowDiary diary = new SlowDiary();
      EventSubscription subscription = on.channel.subscribe(NEWS, diary);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      diary.entered.await();
      assertThat(exchange.taken()).isZero();
      diary.leave.countDown();
      await().until(() -> exchange.taken() == 1);
      subscription.close();
      diary.await("one", "closed well");
    }
  }

  @Test
  void handlerThatThrowsGetsTheNextEvent() throws Exception {
    try (Fixture on = new Fixture()) {
      Diary diary =
          new Diary() {
            @Override
            public void onEvent(String event) throws Exception {
              super.onEvent(event);
              throw new IOException("on purpose");
            }
          };
      on.channel.subscribe(NEWS, diary);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.reply("two", true);
      diary.await("one", "two", "closed well");
    }
  }

  @Test
  void closeCancelsThePeerAndIsToldLastAndOnce() throws Exception {
    try (Fixture on = new Fixture()) {
      SlowDiary diary = new SlowDiary();
      EventSubscription subscription = on.channel.subscribe(NEWS, diary);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.reply("two", false);
      diary.entered.await();
      subscription.close();
      subscription.close();
      exchange.awaitCancel();
      assertThat(diary.lines).isEmpty();
      diary.leave.countDown();
      diary.await("one", "closed well");
    }
  }

  @Test
  void closingTheChannelClosesItToo() throws Exception {
    try (Fixture on = new Fixture()) {
      Diary diary = new Diary();
      EventSubscription subscription = on.channel.subscribe(NEWS, diary);
      on.channel.close();
      diary.await("closed well");
      assertThatThrownBy(() -> subscription.accepted().toCompletableFuture().get(10, SECONDS))
          .hasCauseInstanceOf(AgentException.class);
    }
  }

  @Test
  void refusalFailsTheAcceptanceAndClosesWithTheReason() throws Exception {
    try (Fixture on =
        new Fixture(exchange -> exchange.fail(Code.PERMISSION_DENIED, Outcome.NOT_SENT))) {
      Diary diary = new Diary();
      EventSubscription subscription = on.channel.subscribe(NEWS, diary);
      diary.await("closed PERMISSION_DENIED");
      assertThatThrownBy(() -> subscription.accepted().toCompletableFuture().join())
          .cause()
          .hasMessage("scripted");
    }
  }

  @Test
  void unreadableEventEndsTheSubscriptionWithAFailure() throws Exception {
    record Item(int number) {}
    List<String> lines = new CopyOnWriteArrayList<>();
    EventHandler<Item> handler =
        new EventHandler<>() {
          @Override
          public void onEvent(Item event) {
            lines.add(event.toString());
          }

          @Override
          public void onClosed(AgentException failure) {
            lines.add("closed " + failure.code());
          }
        };
    try (Fixture on = new Fixture()) {
      on.channel.subscribe(Topic.of("items", Item.class), handler);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply(Payload.ofJson("{\"number\":\"x\"}"), false);
      exchange.awaitCancel();
      await().untilAsserted(() -> assertThat(lines).containsExactly("closed INVALID_ARGUMENT"));
    }
  }

  @Test
  void eventsOfAThousandAreSerialAndInOrder() throws Exception {
    try (Fixture on = new Fixture()) {
      Diary diary = new Diary();
      on.channel.subscribe(NEWS, diary);
      WindowedProducer.start(on.peer.next(), 3, 1_000);
      await().until(() -> diary.lines.contains("closed well"));
      assertThat(diary.lines)
          .hasSize(1_001)
          .startsWith("1", "2", "3")
          .endsWith("1000", "closed well");
    }
  }
}
