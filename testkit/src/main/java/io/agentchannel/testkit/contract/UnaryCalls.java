package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.ECHO;
import static io.agentchannel.testkit.contract.Ops.KIB;
import static io.agentchannel.testkit.contract.Ops.MIB;
import static io.agentchannel.testkit.contract.Ops.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.CallContext;
import io.agentchannel.CallOptions;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One request, one reply. */
interface UnaryCalls extends TransportSetup {

  @Test
  default void aBlockingCallGetsItsReply(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text + "!"));
    AgentChannel channel = world.channelTo(library);

    assertThat(channel.request(ECHO, "hello")).isEqualTo("hello!");
    assertThat(channel.request(ECHO, "")).isEqualTo("!");
  }

  @Test
  default void anAsynchronousHandlerRepliesLater(World world) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    Agent library =
        world.library(
            b ->
                b.serveAsync(
                    ECHO,
                    (text, call) -> {
                      asked.countDown();
                      return answer;
                    }));
    CompletableFuture<String> reply = world.channelTo(library).requestAsync(ECHO, "hello");
    asked.await();
    assertThat(reply).isNotDone();
    answer.complete("later");

    assertThat(World.get(reply)).isEqualTo("later");
  }

  @Test
  default void payloadsOfEverySizeComeBackUnchanged(World world) {
    Agent library = world.library(b -> b.serve(RAW, (payload, call) -> payload));
    AgentChannel channel = world.channelTo(library);

    for (int size : new int[] {0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB, 16 * MIB, 0}) {
      Payload payload = Ops.bytes(size);
      assertThat(channel.request(RAW, payload).equals(payload)).as(size + " bytes").isTrue();
    }
  }

  @Test
  default void theHandlerKnowsWhoCallsAndWhatCameAlong(World world) {
    CompletableFuture<CallContext> seen = new CompletableFuture<>();
    CompletableFuture<Duration> timeLeft = new CompletableFuture<>();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      seen.complete(call);
                      timeLeft.complete(Objects.requireNonNull(call.timeLeft()));
                      return text;
                    }));
    Agent caller = world.callerOf(library);
    caller
        .channel(World.LIBRARY)
        .request(
            ECHO,
            "hello",
            CallOptions.metadata("Trace", "t-1")
                .withMetadata("note", "grün")
                .withTimeout(Duration.ofSeconds(20)));

    CallContext call = seen.join();
    assertThat(call.peer())
        .isInstanceOfSatisfying(
            Peer.Agent.class,
            peer -> {
              assertThat(peer.id()).isEqualTo(caller.id());
              assertThat(peer.name()).isEqualTo("caller");
            });
    assertThat(call.metadata()).containsEntry("trace", "t-1").containsEntry("note", "grün");
    assertThat(call.operation()).isEqualTo("echo");
    assertThat(call.exchangeId()).isNotEmpty();
    assertThat(timeLeft.join()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
  }

  @Test
  default void callsOfOneKeyRunOnceAndShareTheReply(World world) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      go.await();
                      return text + runs.incrementAndGet();
                    }));
    AgentChannel channel = world.channelTo(library);
    CallOptions key = CallOptions.key("order-7");
    CompletableFuture<String> first = channel.requestAsync(ECHO, "run", key);
    CompletableFuture<String> attached = channel.requestAsync(ECHO, "run", key);
    go.countDown();

    assertThat(World.get(first)).isEqualTo("run1");
    assertThat(World.get(attached)).isEqualTo("run1");
    assertThat(channel.request(ECHO, "run", key)).isEqualTo("run1");
    assertThat(channel.request(ECHO, "run", CallOptions.key("order-8"))).isEqualTo("run2");
  }

  @Test
  default void aThousandCallsRunAtOnce(World world) throws Exception {
    int count = 1_000;
    CompletableFuture<Void> all = new CompletableFuture<>();
    AtomicInteger inside = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serveAsync(
                    ECHO,
                    (text, call) -> {
                      // No reply before the last request: all of them are under way at once.
                      if (inside.incrementAndGet() == count) {
                        all.complete(null);
                      }
                      return all.thenApply(nothing -> text);
                    }));
    AgentChannel channel = world.channelTo(library);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      replies.add(channel.requestAsync(ECHO, "call" + i));
    }

    for (int i = 0; i < count; i++) {
      assertThat(World.get(replies.get(i))).isEqualTo("call" + i);
    }
    assertThat(inside).hasValue(count);
  }

  @Test
  default void channelsAreUsableFromManyThreads(World world) throws Exception {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    AgentChannel channel = world.channelTo(library);
    List<World.Running<Integer>> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      String prefix = t + "/";
      threads.add(
          world.beside(
              () -> {
                int right = 0;
                for (int i = 0; i < 50; i++) {
                  right += channel.request(ECHO, prefix + i).equals(prefix + i) ? 1 : 0;
                }
                return right;
              }));
    }

    for (World.Running<Integer> thread : threads) {
      assertThat(World.get(thread.result())).isEqualTo(50);
    }
  }
}
