package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.COUNT;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.ReplyStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Starting and closing, in every state. */
interface Lifecycle extends TransportSetup {

  @Test
  default void anAgentSaysWhereItReallyListens(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    Agent second = world.library(b -> b.serve(ECHO, (text, call) -> text));

    assertThat(world.endpoint(library)).isNotEqualTo(world.endpoint(second));
    assertThat(world.endpoint(library).toString()).doesNotContain(":0/").doesNotEndWith(":0");
    assertThat(library.name()).isEqualTo("library");
    assertThat(library.id()).isNotEqualTo(second.id());
  }

  @Test
  default void aPlaceInUseIsAClearErrorAtTheStart(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    AgentBuilder second = world.builder("second").listen(world.endpoint(library).toString());
    AgentException failure = World.failureOf(() -> world.start(second));

    assertThat(failure).message().isNotBlank().doesNotContain("\n");
    assertThat(world.channelTo(library).request(ECHO, "unharmed")).isEqualTo("unharmed");
  }

  @Test
  default void closingLetsRunningCallsFinishAndTakesNoNew(World world) throws Exception {
    Gate gate = new Gate();
    Agent library = world.library(b -> gated(b, gate).drain(Duration.ofSeconds(20)));
    AgentChannel channel = world.channelTo(library);
    CompletableFuture<String> running = channel.requestAsync(ECHO, "running");
    gate.awaitArrivals(1);
    World.Running<Void> closing = world.beside(closing(library));
    Conditions.awaitThat("new calls are refused", () -> isRefusedUnsent(channel));
    assertThat(running).isNotDone();
    assertThat(closing.result()).isNotDone();
    gate.open();

    assertThat(World.get(running)).isEqualTo("running");
    World.get(closing.result());
  }

  @Test
  default void whatDoesNotFinishInTimeIsCancelled(World world) throws Exception {
    Gate gate = new Gate();
    Agent library = world.library(b -> gated(b, gate).drain(Duration.ofMillis(50)));
    CompletableFuture<String> running = world.channelTo(library).requestAsync(ECHO, "running");
    gate.awaitArrivals(1);
    library.close();

    gate.awaitInterrupts(1);
    assertThat(World.failureOf(running).outcome()).isNotEqualTo(Outcome.NOT_SENT);
  }

  @Test
  default void closingTheCallerCancelsWhatItAskedFor(World world) throws Exception {
    Gate gate = new Gate();
    Agent library = world.library(b -> gated(b, gate));
    Agent caller = world.callerOf(library, b -> b.drain(Duration.ofMillis(50)));
    CompletableFuture<String> running = caller.channel(World.LIBRARY).requestAsync(ECHO, "running");
    gate.awaitArrivals(1);
    caller.close();

    World.failureOf(running);
    gate.awaitInterrupts(1);
  }

  @Test
  default void anAgentCanBeClosedFromItsHandler(World world) throws Exception {
    CompletableFuture<Agent> self = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Agent library =
        world.library(
            b ->
                b.drain(Duration.ofSeconds(20))
                    .serve(
                        ECHO,
                        (text, call) -> {
                          self.join().close();
                          closed.complete(null);
                          return text;
                        }));
    self.complete(library);
    AgentChannel channel = world.channelTo(library);
    CompletableFuture<String> call = channel.requestAsync(ECHO, "close yourself");

    World.get(closed);
    Conditions.awaitThat("the call has ended, well or not", call::isDone);
  }

  @Test
  default void closingTwiceAndFromManyThreadsIsFine(World world) throws Exception {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    Agent caller = world.callerOf(library);
    AgentChannel channel = caller.channel(World.LIBRARY);
    channel.request(ECHO, "hello");
    World.Running<Void> first = world.beside(closing(caller));
    World.Running<Void> second = world.beside(closing(caller));
    World.Running<Void> other = world.beside(closing(library));
    World.get(first.result());
    World.get(second.result());
    World.get(other.result());
    caller.close();
    channel.close();

    assertThat(World.failureOf(() -> channel.request(ECHO, "x")).outcome())
        .isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  default void aClosedChannelEndsItsCallsAndLeavesOthers(World world) throws Exception {
    Gate gate = new Gate();
    Agent library = world.library(b -> Streams.serveCount(gated(b, gate)));
    Agent caller = world.callerOf(library);
    AgentChannel first = caller.channel(World.LIBRARY);
    AgentChannel second = caller.channel(World.LIBRARY);
    CompletableFuture<String> ends = first.requestAsync(ECHO, "first");
    CompletableFuture<String> stays = second.requestAsync(ECHO, "second");
    gate.awaitArrivals(2);
    first.close();
    first.close();

    assertThat(World.failureOf(ends).code()).isEqualTo(Code.CANCELLED);
    gate.awaitInterrupts(1);
    gate.open();
    assertThat(World.get(stays)).isEqualTo("second");
    assertThat(World.failureOf(() -> first.request(ECHO, "x")).outcome())
        .isEqualTo(Outcome.NOT_SENT);
    try (ReplyStream<Integer> stream = second.stream(COUNT, 3)) {
      assertThat(stream).containsExactly(0, 1, 2);
    }
  }

  @Test
  default void anAgentThatHasDoneNothingCloses(World world) {
    world.library(UnaryOperator.identity()).close();
    world.caller().close();
  }

  @Test
  default void anAgentClosesWhileItCannotConnect(World world) throws Exception {
    Agent gone = world.library(b -> b.serve(ECHO, (text, call) -> text));
    gone.close();
    Agent caller = world.callerOf(gone, b -> b.drain(Duration.ofMillis(50)));
    CompletableFuture<String> waiting = caller.channel(World.LIBRARY).requestAsync(ECHO, "x");
    caller.close();

    assertThat(World.failureOf(waiting).outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  private static AgentBuilder gated(AgentBuilder builder, Gate gate) {
    return builder.serve(
        ECHO,
        (text, call) -> {
          gate.pass();
          return text;
        });
  }

  private static Callable<Void> closing(Agent agent) {
    return () -> {
      agent.close();
      return null;
    };
  }

  /** Calls that still got in before the close began wait at the gate, and time out as sent. */
  private static boolean isRefusedUnsent(AgentChannel channel) {
    AgentException failure =
        World.failureOf(
            () -> channel.request(ECHO, "new", CallOptions.timeout(Duration.ofMillis(100))));
    return failure.outcome() == Outcome.NOT_SENT
        && (failure.code() == Code.UNAVAILABLE || failure.code() == Code.DEADLINE_EXCEEDED);
  }
}
