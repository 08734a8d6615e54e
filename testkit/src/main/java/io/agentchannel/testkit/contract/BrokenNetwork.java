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
import io.agentchannel.RouteReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network in between goes away and comes back, while calls are under way. */
interface BrokenNetwork extends TransportSetup {

  @Test
  default void aStreamSurvivesTheNetworkBetween(World world) {
    int length = 20_000;
    AtomicInteger runs = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serveStream(
                    COUNT,
                    (count, out, call) -> {
                      runs.incrementAndGet();
                      for (int i = 0; i < count; i++) {
                        out.send(i);
                      }
                    }));
    Fault fault = world.faultBefore(library);
    AgentChannel channel = world.channelThrough(fault, library);
    try (ReplyStream<Integer> stream = channel.stream(COUNT, length)) {
      int expected = 0;
      for (Integer item : stream) {
        assertThat(item).isEqualTo(expected++);
        if (expected % 4_000 == 1) {
          fault.cut();
        }
      }
      assertThat(expected).isEqualTo(length);
    }
    assertThat(runs).hasValue(1);
  }

  @Test
  default void aReplyMadeWhileNobodyCouldHearItArrives(World world) throws Exception {
    Gate gate = new Gate();
    AtomicInteger ended = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      gate.pass();
                      ended.incrementAndGet();
                      return text;
                    }));
    Fault fault = world.faultBefore(library);
    AgentChannel channel = world.channelThrough(fault, library);
    CompletableFuture<String> reply = channel.requestAsync(ECHO, "patience");
    gate.awaitArrivals(1);
    fault.isolate();
    gate.open();
    Conditions.awaitThat("the handler has ended", () -> ended.get() == 1);
    assertThat(reply).isNotDone();
    fault.heal();

    assertThat(World.get(reply)).isEqualTo("patience");
    assertThat(gate.arrivals()).isEqualTo(1);
  }

  @Test
  default void callsWaitForAPeerThatCannotBeReached(World world) throws Exception {
    Agent library = world.library(BrokenNetwork::serveEcho);
    Fault fault = world.faultBefore(library);
    AgentChannel channel = world.channelThrough(fault, library);
    assertThat(channel.request(ECHO, "before")).isEqualTo("before");
    fault.isolate();
    CompletableFuture<String> reply = channel.requestAsync(ECHO, "meanwhile");
    Conditions.awaitThat(
        "an attempt fails",
        () -> channel.explain().routes().stream().anyMatch(route -> route.failures() > 0));
    assertThat(reply).isNotDone();
    fault.heal();

    assertThat(World.get(reply)).isEqualTo("meanwhile");
    RouteReport.Route route = channel.explain().routes().get(0);
    assertThat(route.state()).isEqualTo(RouteReport.State.CONNECTED);
    assertThat(route.chosen()).isTrue();
    assertThat(channel.explain().peer()).isEqualTo(library.id());
  }

  @Test
  default void aCallToAPeerThatIsAwayEndsAtItsDeadlineUnsent(World world) {
    Agent library = world.library(BrokenNetwork::serveEcho);
    Fault fault = world.faultBefore(library);
    fault.isolate();
    AgentChannel channel = world.channelThrough(fault, library);
    AgentException failure =
        World.failureOf(
            () -> channel.request(ECHO, "x", CallOptions.timeout(Duration.ofMillis(300))));

    assertThat(failure.code()).isIn(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  default void aHalfOpenPeerIsNoticedWithinTheKeepAlive(World world) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      runs.incrementAndGet();
                      return text;
                    }));
    Fault fault = world.faultBefore(library);
    AgentChannel channel =
        world
            .callerThrough(
                fault,
                library,
                b ->
                    b.keepAliveInterval(Duration.ofMillis(200))
                        .keepAliveTimeout(Duration.ofMillis(300)))
            .channel(World.LIBRARY);
    assertThat(channel.request(ECHO, "before")).isEqualTo("before");
    fault.freeze();
    long begin = System.nanoTime();

    assertThat(channel.request(ECHO, "after")).isEqualTo("after");
    // Five times what the configuration allows: a slow machine is not what this is about.
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(2_500));
    assertThat(runs).hasValue(2);
  }

  @Test
  default void aPeerThatRestartsIsFoundAgain(World world, @TempDir Path folder) throws Exception {
    String key = folder.resolve("library.pem").toString();
    Agent before =
        world.start(serveEcho(world.builder("library").listen(listenAt())).identity(key));
    String endpoint = world.endpoint(before).toString();
    AgentChannel channel = world.channelTo(before);
    assertThat(channel.request(ECHO, "before")).isEqualTo("before");
    before.close();
    // Idempotent: the first instance may have got it with its last breath.
    CompletableFuture<String> meanwhile = channel.requestAsync(ECHO.idempotent(), "meanwhile");
    Agent after = world.start(serveEcho(world.builder("library").listen(endpoint)).identity(key));

    assertThat(World.get(meanwhile)).isEqualTo("meanwhile");
    assertThat(channel.request(ECHO, "after")).isEqualTo("after");
    assertThat(after.id()).isEqualTo(before.id());
  }

  private static AgentBuilder serveEcho(AgentBuilder builder) {
    return builder.serve(ECHO, (text, call) -> text);
  }
}
