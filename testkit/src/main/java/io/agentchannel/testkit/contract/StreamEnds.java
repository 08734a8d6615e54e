package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.COUNT;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.ReplyStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How streams end before their time, and that they are consumed once. */
interface StreamEnds extends TransportSetup {

  @Test
  default void closingAStreamCancelsItsHandler(World world) throws Exception {
    Endless endless = new Endless();
    AgentChannel channel = world.channelTo(world.library(endless));
    ReplyStream<Integer> stream = channel.stream(COUNT, 0);
    Iterator<Integer> items = stream.iterator();
    for (int i = 0; i < 100; i++) {
      assertThat(items.next()).isEqualTo(i);
    }
    stream.close();
    stream.close();

    endless.awaitCancelled();
    assertThat(channel.request(ECHO, "still works")).isEqualTo("still works");
  }

  @Test
  default void cancellingASubscriptionCancelsTheHandler(World world) throws Exception {
    Endless endless = new Endless();
    AgentChannel channel = world.channelTo(world.library(endless));
    Collector<Integer> collector = Collector.onDemand();
    channel.stream(COUNT, 0).subscribe(collector);
    collector.request(10);
    Conditions.awaitThat("ten items", () -> collector.count() == 10);
    collector.cancel();

    endless.awaitCancelled();
    assertThat(collector.count()).isEqualTo(10);
    assertThat(channel.request(ECHO, "still works")).isEqualTo("still works");
  }

  @Test
  default void closingAStreamCancelsItsPublisher(World world) {
    Range range = new Range(Integer.MAX_VALUE);
    Agent library = world.library(b -> b.servePublisher(COUNT, (count, call) -> range));
    try (ReplyStream<Integer> stream = world.channelTo(library).stream(COUNT, 0)) {
      assertThat(stream.iterator().next()).isZero();
    }

    Conditions.awaitThat("the publisher is cancelled", range::isCancelled);
  }

  @Test
  default void closingAStreamThatNobodyReadCancelsItsHandler(World world) throws Exception {
    Endless endless = new Endless();
    AgentChannel channel = world.channelTo(world.library(endless));
    ReplyStream<Integer> stream = channel.stream(COUNT, 0);
    World.get(endless.started);
    stream.close();

    endless.awaitCancelled();
  }

  @Test
  default void anInterruptedReaderCancelsTheHandler(World world) throws Exception {
    Gate gate = new Gate();
    Agent library =
        world.library(
            b ->
                b.serveStream(
                    COUNT,
                    (count, out, call) -> {
                      out.send(0);
                      gate.pass();
                    }));
    AgentChannel channel = world.channelTo(library);
    CompletableFuture<Void> reading = new CompletableFuture<>();
    World.Running<Boolean> reader =
        world.beside(
            () -> {
              try (ReplyStream<Integer> stream = channel.stream(COUNT, 1)) {
                Iterator<Integer> items = stream.iterator();
                items.next();
                reading.complete(null);
                AgentException failure = World.failureOf(items::hasNext);
                assertThat(failure.code()).isEqualTo(Code.CANCELLED);
                return Thread.currentThread().isInterrupted();
              }
            });
    World.get(reading);
    gate.awaitArrivals(1);
    reader.thread().interrupt();

    assertThat(World.get(reader.result())).as("the flag is restored").isTrue();
    gate.awaitInterrupts(1);
  }

  @Test
  default void aTimeoutEndsTheWholeStream(World world) throws Exception {
    Endless endless = new Endless();
    AgentChannel channel = world.channelTo(world.library(endless));
    channel.request(ECHO, "warm");
    CallOptions timeout = CallOptions.timeout(Duration.ofMillis(300));
    try (ReplyStream<Integer> stream = channel.stream(COUNT, 0, timeout)) {
      AgentException failure =
          World.failureOf(
              () -> {
                for (Integer item : stream) {
                  assertThat(item).isNotNegative();
                }
              });
      assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    endless.awaitCancelled();
  }

  @Test
  default void aFailureComesAfterTheItemsBeforeIt(World world) {
    Agent library =
        world.library(
            b ->
                b.serveStream(
                    COUNT,
                    (count, out, call) -> {
                      for (int i = 0; i < count; i++) {
                        out.send(i);
                      }
                      throw AgentException.application("out of numbers");
                    }));
    AgentChannel channel = world.channelTo(library);
    for (int length : new int[] {0, 1, 5_000}) {
      try (ReplyStream<Integer> stream = channel.stream(COUNT, length)) {
        Iterator<Integer> items = stream.iterator();
        for (int i = 0; i < length; i++) {
          assertThat(items.next()).isEqualTo(i);
        }
        AgentException failure = World.failureOf(items::hasNext);
        assertThat(failure.code()).isEqualTo(Code.APPLICATION);
        assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
        assertThat(failure).hasMessage("out of numbers");
      }
    }
  }

  @Test
  default void aStreamIsConsumedOnce(World world) {
    AgentChannel channel = world.channelTo(world.library(Streams::serveCount));
    try (ReplyStream<Integer> stream = channel.stream(COUNT, 3)) {
      assertThat(stream).hasSize(3);

      assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
      Collector<Integer> second = Collector.oneByOne();
      stream.subscribe(second);
      assertThat(second.items())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  default void closingAStreamAfterItsEndDoesNothing(World world) {
    AgentChannel channel =
        world.channelTo(
            world.library(b -> Streams.serveCount(b).serve(ECHO, (text, call) -> text)));
    ReplyStream<Integer> stream = channel.stream(COUNT, 3);
    assertThat(stream).containsExactly(0, 1, 2);
    stream.close();

    assertThat(channel.request(ECHO, "still works")).isEqualTo("still works");
  }

  /** Counts without end, until it is cancelled. */
  final class Endless implements UnaryOperator<AgentBuilder> {
    final CompletableFuture<CallContext> started = new CompletableFuture<>();
    private final CompletableFuture<Code> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> onCancel = new CompletableFuture<>();

    @Override
    public AgentBuilder apply(AgentBuilder builder) {
      return builder
          .serve(ECHO, (text, call) -> text)
          .serveStream(
              COUNT,
              (count, out, call) -> {
                started.complete(call);
                call.onCancel(() -> onCancel.complete(null));
                try {
                  for (int i = 0; ; i++) {
                    out.send(i);
                  }
                } catch (AgentException failure) {
                  ended.complete(failure.code());
                  throw failure;
                }
              });
    }

    void awaitCancelled() throws Exception {
      World.get(onCancel);
      assertThat(World.get(ended)).isIn(Code.CANCELLED, Code.DEADLINE_EXCEEDED);
      assertThat(started.join().isCancelled()).isTrue();
    }
  }
}
