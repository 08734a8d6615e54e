package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.ASK;
import static io.agentchannel.core.call.Fixture.SHAPE;
import static io.agentchannel.core.call.Fixture.awaitParked;
import static io.agentchannel.core.call.Fixture.failureOf;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Unary;
import io.agentchannel.core.DirectSection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnaryCallTest {

  @Test
  void requestReturnsTheReply() throws Exception {
    try (Fixture on = new Fixture(UnaryCallTest::echo)) {
      assertThat(on.channel.request(ASK, "hello")).isEqualTo("re: hello");
    }
  }

  @Test
  void callCarriesItsOptions() throws Exception {
    try (Fixture on = new Fixture(UnaryCallTest::echo)) {
      Unary<String, String> idempotent = ASK.idempotent();
      CallOptions options =
          CallOptions.timeout(Duration.ofMinutes(5)).withMetadata("Trace", "7").withKey("k");
      long before = System.nanoTime();
      on.channel.request(idempotent, "hello", options);

      Call call = on.peer.next().call;
      assertThat(call.operation()).isEqualTo("ask");
      assertThat(call.peer()).isEqualTo("librarian");
      assertThat(call.metadata()).containsOnlyKeys("trace").containsEntry("trace", "7");
      assertThat(call.key()).isEqualTo("k");
      assertThat(call.idempotent()).isTrue();
      assertThat(call.acceptNanos()).isNull();
      assertThat(call.deadlineNanos() - before)
          .isBetween(Duration.ofMinutes(5).toNanos(), Duration.ofMinutes(6).toNanos());
    }
  }

  @Test
  void replyWithinTheStartOfItsCallIsNotLost() throws Exception {
    try (Fixture on =
        new Fixture(exchange -> exchange.replies.item(Payload.ofText("early"), true))) {
      assertThat(on.channel.request(ASK, "hello")).isEqualTo("early");
      assertThat(on.channel.requestAsync(ASK, "hello").get(10, SECONDS)).isEqualTo("early");
      assertThat(on.channel.requestAsync(ASK, "hello", CallOptions.direct()).join())
          .isEqualTo("early");
      assertThat(on.peer.started).allSatisfy(exchange -> assertThat(exchange.taken()).isOne());
    }
  }

  @Test
  void replyFollowedByAnEndIsAReplyToo() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("hi", false);
      exchange.end(null);
      assertThat(reply.get(10, SECONDS)).isEqualTo("hi");
    }
  }

  @Test
  void endWithoutAReplyIsAFault() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.end(null))) {
      AgentException failure = failureOf(() -> on.channel.request(ASK, "hello"));
      assertThat(failure.code()).isEqualTo(Code.INTERNAL);
      assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
    }
  }

  @Test
  void secondReplyIsAFaultAndCancelsThePeer() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.reply("two", false);
      assertThatThrownBy(reply::join).cause().hasMessageContaining("more than one reply");
      exchange.awaitCancel();
    }
  }

  @Test
  void failureSurfacesWithItsMessageAndTheCallersStack() throws Exception {
    try (Fixture on = new Fixture()) {
      FutureTask<AgentException> caller =
          new FutureTask<>(() -> failureOf(() -> on.channel.request(ASK, "hello")));
      on.executor.execute(caller);
      on.peer.next().end(AgentException.application("no such book"));

      AgentException failure = caller.get(10, SECONDS);
      assertThat(failure.code()).isEqualTo(Code.APPLICATION);
      assertThat(failure).hasMessage("no such book");
      assertThat(failure.getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals(ChannelImpl.class.getName()))
          .anyMatch(frame -> frame.getClassName().startsWith(UnaryCallTest.class.getName()));
      assertThat(failure).cause().hasMessage("no such book");
    }
  }

  @Test
  void futureCompletesOnTheExecutor() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> where =
          on.channel.requestAsync(ASK, "hello").thenApply(text -> Thread.currentThread().getName());
      on.peer.next().reply("hi", true);
      assertThat(where.get(10, SECONDS)).isEqualTo("agent executor");
    }
  }

  @Test
  void directFutureCompletesWhereThePacketArrivesAndMayNotBlockThere() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<Throwable> nested =
          on.channel
              .requestAsync(ASK, "hello", CallOptions.direct())
              .thenApply(
                  text -> {
                    assertThat(Thread.currentThread().getName()).isEqualTo("scripted link");
                    return failureOf(() -> on.channel.request(ASK, "nested"));
                  });
      on.peer.next().reply("hi", true);
      assertThat(nested.get(10, SECONDS))
          .isInstanceOfSatisfying(
              AgentException.class,
              failure -> assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION));
      assertThat(on.peer.started).isEmpty();
    }
  }

  @Test
  void joiningAnUnfinishedReplyInADirectSectionFails() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      DirectSection.enter();
      try {
        assertThat(failureOf(reply::join).code()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(failureOf(() -> reply.get(1, SECONDS)).outcome()).isEqualTo(Outcome.UNKNOWN);
      } finally {
        DirectSection.exit();
      }
      on.peer.next().reply("hi", true);
      assertThat(reply.join()).isEqualTo("hi");
    }
  }

  @Test
  void replyArrivesThoughTheExecutorIsShutDown() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      on.executor.shutdown();
      on.peer.next().reply("hi", true);
      assertThat(reply.get(10, SECONDS)).isEqualTo("hi");
    }
  }

  static Stream<Consumer<CompletableFuture<String>>> whoeverCompletesFirst() {
    return Stream.of(
        future -> future.cancel(true),
        future -> future.complete("mine"),
        future -> future.completeExceptionally(new IllegalStateException("mine")),
        future -> future.orTimeout(1, MILLISECONDS),
        future -> future.completeOnTimeout("mine", 1, MILLISECONDS),
        future -> future.completeAsync(() -> "mine"),
        future -> future.completeAsync(() -> "mine", Runnable::run),
        future -> future.obtrudeValue("mine"),
        future -> future.obtrudeException(new IllegalStateException("mine")));
  }

  @ParameterizedTest
  @MethodSource("whoeverCompletesFirst")
  void completingTheFutureElsewhereCancelsAtThePeer(Consumer<CompletableFuture<String>> somebody)
      throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      somebody.accept(reply);
      assertThat(on.peer.next().awaitCancel().code()).isEqualTo(Code.CANCELLED);
    }
  }

  @Test
  void peerIsCancelledBeforeTheDependentsRun() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      ScriptedPeer.Exchange exchange = on.peer.next();
      CompletableFuture<Boolean> seen =
          reply.handle((text, failure) -> exchange.cancelled.isDone());
      reply.cancel(false);
      assertThat(seen.join()).isTrue();
      assertThatThrownBy(reply::join).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void cancellingADependentLeavesTheCallAlone() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      CompletableFuture<String> dependent = reply.thenApply(text -> text);
      assertThat(dependent).isExactlyInstanceOf(CompletableFuture.class);
      assertThat(reply.copy()).isExactlyInstanceOf(CompletableFuture.class);
      dependent.cancel(true);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("hi", true);
      assertThat(reply.get(10, SECONDS)).isEqualTo("hi");
      assertThat(exchange.cancelled).isNotDone();
    }
  }

  @Test
  void completingAFinishedFutureCancelsNothing() throws Exception {
    try (Fixture on = new Fixture(UnaryCallTest::echo)) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      assertThat(reply.get(10, SECONDS)).isEqualTo("re: hello");
      reply.cancel(true);
      assertThat(on.peer.next().cancelled).isNotDone();
    }
  }

  @Test
  void interruptedCallerCancelsThePeerAndKeepsItsFlag() throws Exception {
    try (Fixture on = new Fixture()) {
      AtomicBoolean flag = new AtomicBoolean();
      FutureTask<AgentException> caller =
          new FutureTask<>(
              () -> {
                AgentException failure = failureOf(() -> on.channel.request(ASK, "hello"));
                flag.set(Thread.currentThread().isInterrupted());
                return failure;
              });
      Thread thread = new Thread(caller);
      thread.start();
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.awaitItem();
      awaitParked(thread);
      thread.interrupt();

      AgentException failure = caller.get(10, SECONDS);
      assertThat(failure.code()).isEqualTo(Code.CANCELLED);
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(flag).isTrue();
      assertThat(exchange.awaitCancel().code()).isEqualTo(Code.CANCELLED);
      thread.join();
    }
  }

  @Test
  void interruptedCallerLearnsTheOutcomeThatTheChainKnows() throws Exception {
    try (Fixture on =
        new Fixture(
            exchange -> {
              exchange.answersCancel = false;
              exchange.cancelled.thenAccept(
                  reason ->
                      exchange.replies.end(
                          new AgentException(Code.CANCELLED, Outcome.NOT_SENT, "never left")));
              exchange.onItem = given -> Thread.currentThread().interrupt();
            })) {
      FutureTask<AgentException> caller =
          new FutureTask<>(() -> failureOf(() -> on.channel.request(ASK, "hello")));
      Thread thread = new Thread(caller);
      thread.start();
      assertThat(caller.get(10, SECONDS).outcome()).isEqualTo(Outcome.NOT_SENT);
      thread.join();
    }
  }

  @Test
  void threadThatIsInterruptedAlreadySendsNothing() throws Exception {
    try (Fixture on = new Fixture()) {
      Thread.currentThread().interrupt();
      AgentException failure = failureOf(() -> on.channel.request(ASK, "hello"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure.code()).isEqualTo(Code.CANCELLED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThat(on.peer.started).isEmpty();
    }
  }

  @Test
  void unreadableReplyIsAnInvalidArgumentOfACallThatWasProcessed() throws Exception {
    try (Fixture on =
        new Fixture(exchange -> exchange.reply(Payload.ofJson("{\"side\":[]}"), true))) {
      AgentException failure = failureOf(() -> on.channel.request(SHAPE, "hello"));
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
      assertThatThrownBy(() -> on.channel.requestAsync(SHAPE, "hello").join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(AgentException.class);
    }
  }

  @Test
  void requestThatCannotBeEncodedIsNotSent() throws Exception {
    record Loop(List<Object> self) {}
    Unary<Loop, String> loop = Operation.unary("loop", Loop.class, String.class);
    List<Object> self = new ArrayList<>();
    self.add(self);
    try (Fixture on = new Fixture()) {
      AgentException failure = failureOf(() -> on.channel.request(loop, new Loop(self)));
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThatThrownBy(() -> on.channel.requestAsync(loop, new Loop(self)).join())
          .hasCauseInstanceOf(AgentException.class);
      assertThat(on.peer.started).isEmpty();
    }
  }

  @Test
  void cancelWhileTheCallIsBeingStartedIsKeptAndNothingIsSent() throws Exception {
    List<Runnable> hooks = new ArrayList<>();
    try (Fixture on = new Fixture(exchange -> hooks.forEach(Runnable::run))) {
      hooks.add(on.channel::close);
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "hello");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.awaitCancel();
      assertThat(exchange.items).isEmpty();
      assertThatThrownBy(reply::join)
          .cause()
          .isInstanceOfSatisfying(
              AgentException.class,
              failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
    }
  }

  private static void echo(ScriptedPeer.Exchange exchange) {
    exchange.onItem = given -> given.reply("re: " + given.items.element().utf8(), true);
  }
}
