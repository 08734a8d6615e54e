package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.COUNT;
import static io.agentchannel.testkit.contract.Ops.DOUBLE;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever has connected can be called: over one link, in both directions. */
interface BothWays extends TransportSetup {

  @Test
  default void aPeerThatListensNowhereCanBeCalledOnceItHasConnected(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    Agent caller =
        world.callerOf(
            library, b -> Streams.serveCount(b).serve(DOUBLE, (number, call) -> 2 * number));
    AgentChannel there = caller.channel(World.LIBRARY);
    assertThat(there.request(ECHO, "hello")).isEqualTo("hello");
    AgentChannel back = library.channel(caller.id().toString());

    assertThat(back.request(DOUBLE, 21)).isEqualTo(42);
    assertThat(Streams.collect(back.stream(COUNT, 1_000))).isEqualTo(Streams.range(1_000));
    assertThat(back.explain().peer()).isEqualTo(caller.id());
  }

  @Test
  default void aHandlerMayCallItsCallerBack(World world) {
    CompletableFuture<Agent> self = new CompletableFuture<>();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      String caller = ((Peer.Agent) call.peer()).id().toString();
                      return text + self.join().channel(caller).request(DOUBLE, 21);
                    }));
    self.complete(library);
    Agent caller = world.callerOf(library, b -> b.serve(DOUBLE, (number, call) -> 2 * number));

    assertThat(caller.channel(World.LIBRARY).request(ECHO, "the answer is "))
        .isEqualTo("the answer is 42");
  }

  @Test
  default void bothSidesCallAtOnce(World world) throws Exception {
    Agent library = world.library(b -> b.serve(DOUBLE, (number, call) -> 2 * number));
    Agent caller = world.callerOf(library, b -> b.serve(DOUBLE, (number, call) -> 2 * number));
    AgentChannel there = caller.channel(World.LIBRARY);
    there.request(DOUBLE, 0);
    AgentChannel back = library.channel(caller.id().toString());
    List<CompletableFuture<Integer>> replies = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      replies.add(there.requestAsync(DOUBLE, i));
      replies.add(back.requestAsync(DOUBLE, i));
    }

    for (int i = 0; i < 300; i++) {
      assertThat(World.get(replies.get(2 * i))).isEqualTo(2 * i);
      assertThat(World.get(replies.get(2 * i + 1))).isEqualTo(2 * i);
    }
  }

  @Test
  default void aPeerThatNeverConnectedIsNotFound(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    Agent stranger = world.caller();
    AgentException failure =
        World.failureOf(() -> library.channel(stranger.id().toString()).request(ECHO, "x"));

    assertThat(failure.code()).isIn(Code.NOT_FOUND, Code.UNAVAILABLE);
  }
}
