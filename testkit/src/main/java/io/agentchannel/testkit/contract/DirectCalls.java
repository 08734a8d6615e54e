package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.DOUBLE;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Handlers and completions that run where packets arrive. */
interface DirectCalls extends TransportSetup {

  @Test
  default void directHandlersAndCompletionsWork(World world) throws Exception {
    Agent library =
        world.library(b -> b.serve(DOUBLE, HandlerOptions.direct(), (number, call) -> 2 * number));
    AgentChannel channel = world.channelTo(library);
    List<CompletableFuture<Integer>> replies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      replies.add(channel.requestAsync(DOUBLE, i, CallOptions.direct()));
    }

    for (int i = 0; i < 200; i++) {
      assertThat(World.get(replies.get(i))).isEqualTo(2 * i);
    }
  }

  @Test
  default void aDirectCompletionMayCallAgainWithoutWaiting(World world) throws Exception {
    Agent library =
        world.library(b -> b.serve(DOUBLE, HandlerOptions.direct(), (number, call) -> 2 * number));
    AgentChannel channel = world.channelTo(library);
    CompletableFuture<Integer> chain = CompletableFuture.completedFuture(1);
    for (int i = 0; i < 20; i++) {
      chain = chain.thenCompose(n -> channel.requestAsync(DOUBLE, n, CallOptions.direct()));
    }

    assertThat(World.get(chain)).isEqualTo(1 << 20);
  }

  @Test
  default void aBlockingCallFromADirectHandlerFailsInsteadOfHanging(World world) throws Exception {
    Agent other = world.library(b -> b.serve(ECHO, (text, call) -> text));
    AgentChannel toOther = world.channelTo(other);
    CompletableFuture<AgentException> seen = new CompletableFuture<>();
    Agent library =
        world.library(
            b ->
                b.serve(
                    DOUBLE,
                    HandlerOptions.direct(),
                    (number, call) -> {
                      seen.complete(World.failureOf(() -> toOther.request(ECHO, "x")));
                      return 2 * number;
                    }));

    assertThat(world.channelTo(library).request(DOUBLE, 4)).isEqualTo(8);
    assertThat(World.get(seen).code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(World.get(seen).outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  default void aBlockingCallFromADirectCompletionFailsInsteadOfHanging(World world)
      throws Exception {
    Gate gate = new Gate();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      gate.pass();
                      return text;
                    }));
    AgentChannel channel = world.channelTo(library);
    CompletableFuture<AgentException> seen =
        channel
            .requestAsync(ECHO, "first", CallOptions.direct())
            .thenApply(reply -> World.failureOf(() -> channel.request(ECHO, "second")));
    // Only now: the completion is in place, and runs where the reply arrives.
    gate.open();

    assertThat(World.get(seen).code()).isEqualTo(Code.FAILED_PRECONDITION);
  }
}
