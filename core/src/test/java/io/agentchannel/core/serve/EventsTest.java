package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.Topic;
import io.agentchannel.core.config.Settings.Overflow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
  record Item(int number) {}

  private static final Topic<Item> NEWS = Topic.of("news", Item.class);

  private Rig rig = new Rig(3, Overflow.DROP);

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void subscriberGetsWhatIsPublishedOnceItIsAccepted() {
    rig.events.publish(NEWS, new Item(0));
    RecordedReplies replies = subscribe(rig.dispatcher(), "news", new RecordedReplies());
    assertThat(replies.isAccepted()).isTrue();
    rig.events.publish(NEWS, new Item(1));
    rig.events.publish(Topic.of("other", Item.class), new Item(9));
    rig.events.publish(NEWS, new Item(2));
    assertThat(replies.awaitTexts(2)).containsExactly("{\"number\":1}", "{\"number\":2}");
    rig.events.close();
    replies.awaitEnd();
  }

  @Test
  void allSubscribersGetTheSameBytes() {
    Dispatcher dispatcher = rig.dispatcher();
    RecordedReplies first = subscribe(dispatcher, "news", new RecordedReplies());
    RecordedReplies second = subscribe(dispatcher, "news", new RecordedReplies());
    rig.events.publish(NEWS, new Item(1));
    assertThat(first.items()).hasSize(1);
    assertThat(second.items()).hasSize(1);
    assertThat(second.items().get(0)).isSameAs(first.items().get(0));
    rig.events.close();
  }

  @Test
  void slowSubscriberLosesTheOldestAndIsToldHowMany() {
    RecordedReplies replies = RecordedReplies.withRoom(1);
    subscribe(rig.dispatcher(), "news", replies);
    for (int i = 0; i < 10; i++) {
      rig.events.publish(NEWS, new Item(i));
    }
    assertThat(replies.texts()).containsExactly("{\"number\":0}");
    replies.giveRoom(100);
    assertThat(replies.texts())
        .containsExactly(
            "{\"number\":0}",
            "{\"count\":6}",
            "{\"number\":7}",
            "{\"number\":8}",
            "{\"number\":9}");
    assertThat(replies.items().get(1).contentType()).isEqualTo(Events.DROPPED);
    rig.events.publish(NEWS, new Item(10));
    assertThat(replies.awaitTexts(6).get(5)).isEqualTo("{\"number\":10}");
    rig.events.close();
  }

  @Test
  void slowSubscriberHoldsUpNobodyElse() {
    Dispatcher dispatcher = rig.dispatcher();
    RecordedReplies slow = RecordedReplies.withRoom(0);
    subscribe(dispatcher, "news", slow);
    RecordedReplies quick = subscribe(dispatcher, "news", new RecordedReplies());
    for (int i = 0; i < 1000; i++) {
      rig.events.publish(NEWS, new Item(i));
    }
    assertThat(quick.items()).hasSize(1000);
    assertThat(slow.items()).isEmpty();
    rig.events.close();
  }

  @Test
  void largeEventsAreBoundedInBytesToo() throws Exception {
    rig.close();
    rig = new Rig(1000, Overflow.DROP);
    RecordedReplies replies = RecordedReplies.withRoom(0);
    subscribe(rig.dispatcher(), "news", replies);
    for (int i = 0; i < 20; i++) {
      rig.events.publish("news", Payload.ofBytes(new byte[4 << 20]));
    }
    replies.giveRoom(100);
    assertThat(replies.texts().get(0)).isEqualTo("{\"count\":16}");
    assertThat(replies.items()).hasSize(5);
    rig.events.close();
  }

  @Test
  void slowSubscriberIsEndedIfSoConfigured() throws Exception {
    rig.close();
    rig = new Rig(3, Overflow.CLOSE);
    RecordedReplies replies = RecordedReplies.withRoom(1);
    Dispatcher dispatcher = rig.dispatcher();
    subscribe(dispatcher, "news", replies);
    for (int i = 0; i < 5; i++) {
      assertThat(replies.isEnded()).isEqualTo(i == 5);
      rig.events.publish(NEWS, new Item(i));
    }
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure).hasMessageContaining("3 events behind");
    assertThat(rig.events.hasSubscribers("news")).isFalse();
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void cancelLeavesNothingBehind() {
    RecordedReplies replies = new RecordedReplies();
    Dispatcher dispatcher = rig.dispatcher();
    Requests requests = dispatcher.start(rig.call(Services.SUBSCRIBE), replies);
    requests.item(Payload.ofJson("{\"topic\":\"news\"}"), true);
    assertThat(rig.events.hasSubscribers("news")).isTrue();
    requests.cancel(DispatcherTest.cancelled());
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    assertThat(rig.events.hasSubscribers("news")).isFalse();
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void badTopicIsRefused() {
    for (String body : new String[] {"{\"topic\":\"a b\"}", "{\"topic\":null}", "{}", "7"}) {
      RecordedReplies replies = new RecordedReplies();
      rig.dispatcher()
          .start(rig.call(Services.SUBSCRIBE), replies)
          .item(Payload.ofJson(body), true);
      DispatcherTest.assertRefused(replies, Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void closedEventsEndNewSubscriptionsAtOnce() {
    rig.events.close();
    RecordedReplies replies = subscribe(rig.dispatcher(), "news", new RecordedReplies());
    replies.awaitEnd();
    assertThat(rig.events.hasSubscribers("news")).isFalse();
  }

  @Test
  void manyPublishersAndASubscriberThatComesAndGoes() throws Exception {
    RecordedReplies replies = RecordedReplies.withRoom(0);
    subscribe(rig.dispatcher(), "news", replies);
    Future<?>[] publishers = new Future<?>[3];
    for (int p = 0; p < publishers.length; p++) {
      publishers[p] =
          rig.pool.submit(
              () -> {
                for (int i = 0; i < 2000; i++) {
                  rig.events.publish(NEWS, new Item(i));
                }
              });
    }
    for (int i = 0; i < 500; i++) {
      replies.giveRoom(1);
    }
    for (Future<?> publisher : publishers) {
      publisher.get(10, TimeUnit.SECONDS);
    }
    replies.giveRoom(10_000);
    long dropped =
        replies.items().stream()
            .filter(item -> item.contentType().equals(Events.DROPPED))
            .mapToLong(item -> Long.parseLong(item.utf8().replaceAll("\\D", "")))
            .sum();
    long events =
        replies.items().stream().filter(item -> !item.contentType().equals(Events.DROPPED)).count();
    assertThat(dropped + events).isEqualTo(6000);
    rig.events.close();
    replies.awaitEnd();
  }

  private RecordedReplies subscribe(Dispatcher dispatcher, String topic, RecordedReplies replies) {
    replies
        .to(dispatcher.start(rig.call(Services.SUBSCRIBE), replies))
        .item(Payload.ofJson("{\"topic\":\"" + topic + "\"}"), true);
    return replies;
  }
}
