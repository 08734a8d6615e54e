package io.agentchannel.core.serve;

import static io.agentchannel.core.serve.DispatcherTest.assertRefused;
import static io.agentchannel.core.serve.DispatcherTest.awaitIdle;
import static io.agentchannel.core.serve.DispatcherTest.awaitUninterruptibly;
import static io.agentchannel.core.serve.DispatcherTest.cancelled;
import static io.agentchannel.core.serve.DispatcherTest.upper;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.Unary;
import io.agentchannel.core.DirectSection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The places that calls take, and how they end with the agent. */
class RunningCallsTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);

  private final Rig rig = new Rig();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void oneCallerCannotTakeAnothersPlaces() {
    Handler.Async<String, String> handler = (q, call) -> new CompletableFuture<>();
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher(rig.pool, 2);
    Requests first = dispatcher.start(rig.call(ASK), new RecordedReplies());
    first.item(Payload.ofText("x"), true);
    Requests second = dispatcher.start(rig.call(ASK), new RecordedReplies());
    second.item(Payload.ofText("x"), true);
    assertRefused(rig.ask(dispatcher, ASK, "x"), Code.RESOURCE_EXHAUSTED);
    RecordedReplies bobs = new RecordedReplies();
    rig.ask(dispatcher, rig.call("ask", Call.Kind.UNARY, Rig.BOB, null), "x", bobs);
    assertThat(bobs.isEnded()).isFalse();
  }

  @Test
  void cancelledHandlerKeepsItsPlaceUntilItIsDone() throws Exception {
    CountDownLatch stubborn = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    Handler.Unary<String, String> handler =
        (q, call) -> {
          running.countDown();
          awaitUninterruptibly(stubborn);
          return "late";
        };
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher(rig.pool, 1);
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    requests.item(Payload.ofText("x"), true);
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    requests.cancel(cancelled());
    assertThat(replies.awaitFailure().outcome()).isEqualTo(Outcome.UNKNOWN);
    assertRefused(rig.ask(dispatcher, ASK, "x"), Code.RESOURCE_EXHAUSTED);
    stubborn.countDown();
    awaitIdle(dispatcher);
    assertThat(rig.ask(dispatcher, ASK, "x").awaitEnd().texts()).containsExactly("late");
  }

  @Test
  void callThatNeverGetsItsRequestGivesItsPlaceBackWhenCancelled() {
    Dispatcher dispatcher = rig.serve(ASK, upper()).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    assertThat(dispatcher.running()).isEqualTo(1);
    requests.cancel(cancelled());
    assertRefused(replies, Code.CANCELLED);
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void closingAgentTakesNoNewCallsAndFinishesThoseItHas() {
    CompletableFuture<String> later = new CompletableFuture<>();
    Handler.Async<String, String> handler = (q, call) -> later;
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    RecordedReplies running = rig.ask(dispatcher, ASK, "x");
    dispatcher.stopAccepting();
    assertRefused(rig.ask(dispatcher, ASK, "x"), Code.UNAVAILABLE);
    assertThat(dispatcher.awaitIdle(Duration.ofMillis(1))).isFalse();
    later.complete("done");
    assertThat(dispatcher.awaitIdle(Duration.ofSeconds(10))).isTrue();
    assertThat(running.awaitEnd().texts()).containsExactly("done");
  }

  @Test
  void handlerThatDrainsDoesNotWaitForItself() {
    AtomicReference<Dispatcher> dispatcher = new AtomicReference<>();
    Handler.Unary<String, String> handler =
        (q, call) -> String.valueOf(dispatcher.get().awaitIdle(Duration.ofSeconds(30)));
    dispatcher.set(rig.serve(ASK, handler).dispatcher());
    assertThat(rig.ask(dispatcher.get(), ASK, "x").awaitEnd().texts()).containsExactly("true");
  }

  @Test
  void handlerThatDrainsWaitsForTheOthers() {
    AtomicReference<Dispatcher> dispatcher = new AtomicReference<>();
    CountDownLatch draining = new CountDownLatch(1);
    Handler.Unary<String, String> handler =
        (q, call) -> {
          if (q.equals("other")) {
            draining.await();
            return q;
          }
          draining.countDown();
          return String.valueOf(dispatcher.get().awaitIdle(Duration.ofSeconds(30)));
        };
    dispatcher.set(rig.serve(ASK, handler).dispatcher());
    RecordedReplies other = rig.ask(dispatcher.get(), ASK, "other");
    RecordedReplies closer = rig.ask(dispatcher.get(), ASK, "close");
    assertThat(closer.awaitEnd().texts()).containsExactly("true");
    assertThat(other.isEnded()).isTrue();
  }

  @Test
  void threadThatCarriesPacketsDoesNotWaitForHandlers() {
    CompletableFuture<String> later = new CompletableFuture<>();
    Handler.Async<String, String> handler = (q, call) -> later;
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    rig.ask(dispatcher, ASK, "x");
    DirectSection.enter();
    try {
      assertThat(dispatcher.awaitIdle(Duration.ofDays(1))).isFalse();
    } finally {
      DirectSection.exit();
    }
    later.complete("done");
  }

  @Test
  void cancelAllEndsEverything() {
    CountDownLatch never = new CountDownLatch(1);
    Handler.Unary<String, String> handler =
        (q, call) -> {
          never.await();
          return q;
        };
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    RecordedReplies first = rig.ask(dispatcher, ASK, "a");
    RecordedReplies second = rig.ask(dispatcher, ASK, "b");
    dispatcher.cancelAll(
        new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "this agent has closed"));
    assertThat(first.awaitFailure().code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(second.awaitFailure().code()).isEqualTo(Code.UNAVAILABLE);
    awaitIdle(dispatcher);
  }
}
