package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.ECHO;
import static io.agentchannel.testkit.contract.Ops.NOTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** One request, accepted or not. */
interface OneWayMessages extends TransportSetup {

  @Test
  default void sendingReturnsBeforeTheHandlerHasRun(World world) {
    Gate gate = new Gate();
    Set<String> handled = ConcurrentHashMap.newKeySet();
    Agent library =
        world.library(
            b ->
                b.serveOneWay(
                    NOTE,
                    (note, call) -> {
                      gate.pass();
                      handled.add(note);
                    }));
    world.channelTo(library).send(NOTE, "remember");

    assertThat(handled).isEmpty();
    gate.open();
    Conditions.awaitThat("the note is handled", () -> handled.contains("remember"));
  }

  @Test
  default void eachMessageIsHandledOnce(World world) throws Exception {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    Set<String> twice = ConcurrentHashMap.newKeySet();
    Agent library =
        world.library(
            b ->
                b.serveOneWay(
                    NOTE,
                    (note, call) -> {
                      if (!handled.add(note)) {
                        twice.add(note);
                      }
                    }));
    AgentChannel channel = world.channelTo(library);
    for (int i = 0; i < 100; i++) {
      World.get(channel.sendAsync(NOTE, "note" + i, CallOptions.defaults()));
    }

    Conditions.awaitThat("all are handled", () -> handled.size() == 100);
    assertThat(twice).isEmpty();
  }

  @Test
  default void aMessageThatNobodyTakesIsRefused(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    AgentChannel channel = world.channelTo(library);
    AgentException failure = World.failureOf(() -> channel.send(NOTE, "remember"));

    assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  default void aFailingHandlerIsNobodysBusinessButItsOwn(World world) {
    Agent library =
        world.library(
            b ->
                b.serve(ECHO, (text, call) -> text)
                    .serveOneWay(
                        NOTE,
                        (note, call) -> {
                          throw new IllegalStateException("on purpose");
                        }));
    AgentChannel channel = world.channelTo(library);
    channel.send(NOTE, "boom");

    assertThat(channel.request(ECHO, "unharmed")).isEqualTo("unharmed");
  }
}
