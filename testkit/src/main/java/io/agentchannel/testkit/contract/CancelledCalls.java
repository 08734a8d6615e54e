package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calls that are given up, by whoever. */
interface CancelledCalls extends TransportSetup {

  @Test
  default void cancellingTheFutureCancelsTheHandler(World world) throws Exception {
    Waiting waiting = new Waiting(world);
    CompletableFuture<String> reply = waiting.channel.requestAsync(ECHO, "x");
    waiting.gate.awaitArrivals(1);
    reply.cancel(true);

    waiting.awaitCancelled();
    waiting.assertChannelWorks();
  }

  @Test
  default void completingTheFutureElsewhereCancelsTheHandler(World world) throws Exception {
    Waiting waiting = new Waiting(world);
    CompletableFuture<String> reply =
        waiting.channel.requestAsync(ECHO, "x").orTimeout(300, TimeUnit.MILLISECONDS);
    waiting.gate.awaitArrivals(1);

    assertThat(reply)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
    waiting.awaitCancelled();
    waiting.assertChannelWorks();
  }

  @Test
  default void interruptingABlockedCallCancelsTheHandler(World world) throws Exception {
    Waiting waiting = new Waiting(world);
    World.Running<Boolean> blocked =
        world.beside(
            () -> {
              AgentException failure = World.failureOf(() -> waiting.channel.request(ECHO, "x"));
              assertThat(failure.code()).isEqualTo(Code.CANCELLED);
              return Thread.currentThread().isInterrupted();
            });
    waiting.gate.awaitArrivals(1);
    blocked.thread().interrupt();

    assertThat(World.get(blocked.result())).as("the flag is restored").isTrue();
    waiting.awaitCancelled();
    waiting.assertChannelWorks();
  }

  @Test
  default void aDeadlineEndsTheCallOnBothSides(World world) throws Exception {
    Waiting waiting = new Waiting(world);
    AgentException failure =
        World.failureOf(
            () -> waiting.channel.request(ECHO, "x", CallOptions.timeout(Duration.ofMillis(300))));

    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    waiting.awaitCancelled();
    waiting.assertChannelWorks();
  }

  @Test
  default void aCallCancelledAtOnceLeavesNothingBehind(World world) throws Exception {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      started.incrementAndGet();
                      try {
                        return text;
                      } finally {
                        ended.incrementAndGet();
                      }
                    }));
    AgentChannel channel = world.channelTo(library);
    for (int i = 0; i < 200; i++) {
      channel.requestAsync(ECHO, "x").cancel(false);
    }

    assertThat(channel.request(ECHO, "after")).isEqualTo("after");
    Conditions.awaitThat("all that began ended", () -> started.get() == ended.get());
    assertThat(started.get()).isBetween(1, 201);
  }

  @Test
  default void cancellingAfterTheReplyDoesNothing(World world) throws Exception {
    AtomicInteger cancels = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      call.onCancel(cancels::incrementAndGet);
                      return text;
                    }));
    AgentChannel channel = world.channelTo(library);
    CompletableFuture<String> reply = channel.requestAsync(ECHO, "x");
    World.get(reply);

    assertThat(reply.cancel(true)).isFalse();
    assertThat(channel.request(ECHO, "y")).isEqualTo("y");
    assertThat(cancels).hasValue(0);
  }

  /** A library whose handler waits for "x" until it is cancelled. */
  final class Waiting {
    final Gate gate = new Gate();
    final AgentChannel channel;
    private final CompletableFuture<CallContext> context = new CompletableFuture<>();
    private final CompletableFuture<Void> onCancel = new CompletableFuture<>();

    Waiting(World world) {
      Agent library =
          world.library(
              b ->
                  b.serve(
                      ECHO,
                      (text, call) -> {
                        if (text.equals("x")) {
                          context.complete(call);
                          call.onCancel(() -> onCancel.complete(null));
                          gate.pass();
                        }
                        return text;
                      }));
      channel = world.channelTo(library);
      // The link is up before a time-out begins to run.
      channel.request(ECHO, "warm");
    }

    void awaitCancelled() throws Exception {
      World.get(onCancel);
      gate.awaitInterrupts(1);
      assertThat(context.join().isCancelled()).isTrue();
      assertThat(gate.arrivals()).isEqualTo(1);
    }

    void assertChannelWorks() {
      assertThat(channel.request(ECHO, "still works")).isEqualTo("still works");
    }
  }
}
