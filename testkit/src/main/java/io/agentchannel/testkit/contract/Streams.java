package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.CHUNKS;
import static io.agentchannel.testkit.contract.Ops.COUNT;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static io.agentchannel.testkit.contract.Ops.KIB;
import static io.agentchannel.testkit.contract.Ops.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One request, many replies. */
interface Streams extends TransportSetup {

  @Test
  default void itemsOfAMethodComeInOrder(World world) {
    AgentChannel channel = world.channelTo(world.library(Streams::serveCount));

    assertEveryLengthArrives(channel);
  }

  @Test
  default void itemsOfAPublisherComeInOrder(World world) {
    Agent library = world.library(b -> b.servePublisher(COUNT, (count, call) -> new Range(count)));

    assertEveryLengthArrives(world.channelTo(library));
  }

  @Test
  default void itemsOfADirectPublisherComeInOrder(World world) {
    Agent library =
        world.library(
            b ->
                b.servePublisher(
                    COUNT, HandlerOptions.direct(), (count, call) -> new Range(count)));

    assertEveryLengthArrives(world.channelTo(library));
  }

  @Test
  default void aSubscriberGetsAllItemsAtItsOwnPace(World world) throws Exception {
    AgentChannel channel = world.channelTo(world.library(Streams::serveCount));
    for (int length : new int[] {0, 1, 17, 1_000}) {
      Collector<Integer> collector = Collector.oneByOne();
      channel.stream(COUNT, length).subscribe(collector);

      assertThat(World.get(collector.items())).isEqualTo(range(length));
    }
  }

  @Test
  default void itemsOfEverySizeArriveUnchanged(World world) {
    int[] sizes = {0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB, 5 * MIB, 0, 2};
    Agent library =
        world.library(
            b ->
                b.serveStream(
                    CHUNKS,
                    (nothing, out, call) -> {
                      for (int size : sizes) {
                        out.send(Ops.bytes(size));
                      }
                    }));
    List<Payload> items = collect(world.channelTo(library).stream(CHUNKS, 0));

    assertThat(items).hasSize(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      assertThat(items.get(i).equals(Ops.bytes(sizes[i]))).as(sizes[i] + " bytes").isTrue();
    }
  }

  @Test
  default void manyStreamsOfOneChannelDoNotMix(World world) throws Exception {
    AgentChannel channel = world.channelTo(world.library(Streams::serveCount));
    List<World.Running<List<Integer>>> streams = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      int length = 50 * i;
      streams.add(world.beside(() -> collect(channel.stream(COUNT, length))));
    }

    for (int i = 1; i <= 16; i++) {
      assertThat(World.get(streams.get(i - 1).result())).isEqualTo(range(50 * i));
    }
  }

  @Test
  default void aSlowConsumerHoldsItsProducerBackAndNobodyElse(World world) throws Exception {
    int chunks = 4_096;
    int chunk = 4 * KIB;
    AtomicInteger sent = new AtomicInteger();
    AtomicBoolean heldBack = new AtomicBoolean();
    Agent library =
        world.library(
            b ->
                b.serve(ECHO, (text, call) -> text)
                    .serveStream(
                        CHUNKS,
                        (size, out, call) -> {
                          Payload item = Ops.bytes(size);
                          for (int i = 0; i < chunks; i++) {
                            if (!out.isReady()) {
                              heldBack.set(true);
                            }
                            out.send(item);
                            sent.incrementAndGet();
                          }
                        }));
    AgentChannel channel = world.channelTo(library);
    try (ReplyStream<Payload> stream = channel.stream(CHUNKS, chunk)) {
      Iterator<Payload> items = stream.iterator();
      items.next();
      Conditions.awaitThat("the producer is held back", heldBack::get);
      for (int i = 0; i < 100; i++) {
        assertThat(channel.request(ECHO, "other " + i)).isEqualTo("other " + i);
      }

      // The widest window is 4 MiB; a message more may be at either end.
      assertThat(sent.get() * (long) chunk).isLessThan(5L * MIB);
      int taken = 1;
      while (items.hasNext()) {
        items.next();
        taken++;
      }
      assertThat(taken).isEqualTo(chunks);
    }
  }

  @Test
  default void aSlowSubscriberHoldsItsPublisherBack(World world) throws Exception {
    int chunks = 4_096;
    int chunk = 4 * KIB;
    Payload item = Ops.bytes(chunk);
    Range asked = new Range(chunks);
    Agent library =
        world.library(
            b -> b.servePublisher(CHUNKS, (size, call) -> new Range.Mapped<>(asked, i -> item)));
    Collector<Payload> collector = Collector.onDemand();
    AgentChannel channel = world.channelTo(library);
    channel.stream(CHUNKS, chunk).subscribe(collector);
    collector.request(1);
    Conditions.awaitThat("the first item", () -> collector.count() == 1);
    Conditions.awaitThat("a window's worth was asked for", () -> asked.given() >= 16);

    assertThat(asked.given() * (long) chunk).isLessThan(5L * MIB);
    collector.request(Long.MAX_VALUE);
    assertThat(World.get(collector.items())).hasSize(chunks);
  }

  private static void assertEveryLengthArrives(AgentChannel channel) {
    for (int length : new int[] {0, 1, 3, 16, 17, 20_000}) {
      assertThat(collect(channel.stream(COUNT, length))).isEqualTo(range(length));
    }
  }

  /** Serves COUNT: the numbers from 0 up to the request. */
  static AgentBuilder serveCount(AgentBuilder builder) {
    return builder.serveStream(
        COUNT,
        (count, out, call) -> {
          for (int i = 0; i < count; i++) {
            out.send(i);
          }
        });
  }

  /** All items of a stream, which is closed then. */
  static <T> List<T> collect(ReplyStream<T> stream) {
    try (stream) {
      List<T> items = new ArrayList<>();
      stream.forEach(items::add);
      return items;
    }
  }

  static List<Integer> range(int length) {
    List<Integer> numbers = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
