package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.ECHO;
import static io.agentchannel.testkit.contract.Ops.NEWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Publish and subscribe. */
interface Events extends TransportSetup {

  @Test
  default void everySubscriberGetsEveryEventInOrder(World world) throws Exception {
    Agent library = world.library(b -> b.topic(NEWS));
    Journal first = new Journal();
    Journal second = new Journal();
    subscribe(world.channelTo(library), first);
    subscribe(world.channelTo(library), second);
    for (int i = 0; i < 500; i++) {
      library.publish(NEWS, i);
    }

    first.awaitCount(500);
    second.awaitCount(500);
    assertThat(first.events).isEqualTo(Streams.range(500));
    assertThat(second.events).isEqualTo(Streams.range(500));
    assertThat(first.dropped).hasValue(0);
  }

  @Test
  default void topicsAreApart(World world) throws Exception {
    Topic<Integer> sports = Topic.of("sports", Integer.class);
    Agent library = world.library(b -> b.topic(NEWS).topic(sports));
    Journal journal = new Journal();
    subscribe(world.channelTo(library), journal);
    library.publish(sports, 1);
    library.publish(NEWS, 2);

    journal.awaitCount(1);
    assertThat(journal.events).containsExactly(2);
  }

  @Test
  default void nothingComesAfterTheEndOfASubscription(World world) throws Exception {
    Agent library = world.library(b -> b.topic(NEWS));
    AgentChannel channel = world.channelTo(library);
    Journal ended = new Journal();
    EventSubscription subscription = subscribe(channel, ended);
    library.publish(NEWS, 1);
    ended.awaitCount(1);
    subscription.close();
    subscription.close();
    assertThat(World.get(ended.closed)).isEmpty();

    Journal other = new Journal();
    subscribe(channel, other);
    library.publish(NEWS, 2);
    other.awaitCount(1);
    assertThat(ended.events).containsExactly(1);
  }

  @Test
  default void theEndOfThePublisherEndsSubscriptions(World world) throws Exception {
    Agent library = world.library(b -> b.topic(NEWS));
    Journal journal = new Journal();
    subscribe(world.channelTo(library), journal);
    library.close();

    World.get(journal.closed);
  }

  @Test
  default void aSlowSubscriberLosesTheOldestAndIsToldHowMany(World world) throws Exception {
    int published = 20_000;
    Gate gate = new Gate();
    Agent library =
        world.library(b -> b.topic(NEWS).eventBuffer(16).serve(ECHO, (text, call) -> text));
    AgentChannel channel = world.channelTo(library);
    Journal slow = new Journal(gate);
    subscribe(channel, slow);
    library.publish(NEWS, 0);
    gate.awaitArrivals(1);
    for (int i = 1; i < published; i++) {
      library.publish(NEWS, i);
    }
    assertThat(channel.request(ECHO, "nobody else waits")).isEqualTo("nobody else waits");
    gate.open();

    Conditions.awaitThat(
        "every event came or was counted",
        () -> slow.events.size() + slow.dropped.get() == published);
    assertThat(slow.events).isSorted().doesNotHaveDuplicates().contains(0, published - 1);
    assertThat(slow.dropped.get()).isPositive();
  }

  @Test
  default void aSlowSubscriberIsEndedWhereThatIsAskedFor(World world) throws Exception {
    Gate gate = new Gate();
    Agent library = world.library(b -> b.topic(NEWS).eventBuffer(16).eventOverflow("close"));
    Journal slow = new Journal(gate);
    subscribe(world.channelTo(library), slow);
    library.publish(NEWS, 0);
    gate.awaitArrivals(1);
    for (int i = 1; i < 20_000; i++) {
      library.publish(NEWS, i);
    }
    gate.open();

    assertThat(World.get(slow.closed)).containsExactly(Code.RESOURCE_EXHAUSTED);
    assertThat(slow.events).isEqualTo(Streams.range(slow.events.size()));
  }

  @Test
  default void aHandlerThatThrowsGoesOnGettingEvents(World world) throws Exception {
    Agent library = world.library(b -> b.topic(NEWS));
    List<Integer> seen = new CopyOnWriteArrayList<>();
    EventSubscription subscription =
        world
            .channelTo(library)
            .subscribe(
                NEWS,
                event -> {
                  seen.add(event);
                  throw new IllegalStateException("on purpose");
                });
    World.get(subscription.accepted().toCompletableFuture());
    library.publish(NEWS, 1);
    library.publish(NEWS, 2);

    Conditions.awaitThat("both came", () -> seen.equals(List.of(1, 2)));
    subscription.close();
  }

  private static EventSubscription subscribe(AgentChannel channel, Journal journal)
      throws Exception {
    EventSubscription subscription = channel.subscribe(NEWS, journal);
    World.get(subscription.accepted().toCompletableFuture());
    return subscription;
  }

  /** Keeps what a subscription brings. */
  final class Journal implements EventHandler<Integer> {
    final List<Integer> events = Collections.synchronizedList(new ArrayList<>());
    final AtomicLong dropped = new AtomicLong();

    /** The failure's code, or nothing after an orderly end. */
    final CompletableFuture<List<Code>> closed = new CompletableFuture<>();

    private final @Nullable Gate gate;

    Journal() {
      this.gate = null;
    }

    /** Waits at the gate with each event. */
    Journal(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void onEvent(Integer event) throws Exception {
      if (gate != null) {
        gate.pass();
      }
      events.add(event);
    }

    @Override
    public void onDropped(long count) {
      dropped.addAndGet(count);
    }

    @Override
    public void onClosed(@Nullable AgentException failure) {
      closed.complete(failure == null ? List.of() : List.of(failure.code()));
    }

    void awaitCount(int count) {
      Conditions.awaitThat(count + " events", () -> events.size() >= count);
    }
  }
}
