package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.CallContext;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Requests;
import io.agentchannel.Unary;
import io.agentchannel.core.DirectSection;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  record Question(String text) {}

  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);
  private static final Unary<Question, String> TYPED =
      Operation.unary("typed", Question.class, String.class);
  private static final OneWay<String> NOTE = Operation.oneWay("note", String.class);

  private final Rig rig = new Rig();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void unaryReplyIsTheEndToo() {
    Dispatcher dispatcher = rig.serve(ASK, upper()).dispatcher();
    RecordedReplies replies = rig.ask(dispatcher, ASK, "hello").awaitEnd();
    assertThat(replies.texts()).containsExactly("HELLO");
    assertThat(replies.isEndedByItem()).isTrue();
    assertThat(replies.taken()).isEqualTo(1);
    awaitIdle(dispatcher);
  }

  @Test
  void requestWhoseEndComesAloneIsServed() {
    Dispatcher dispatcher = rig.serve(ASK, upper()).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    requests.item(Payload.ofText("hello"), false);
    assertThat(replies.isEnded()).isFalse();
    requests.complete();
    assertThat(replies.awaitEnd().texts()).containsExactly("HELLO");
  }

  @Test
  void unknownOperationIsToldWhatThereIs() {
    for (int i = 0; i < 25; i++) {
      rig.serve(Operation.unary("op" + i, String.class, String.class), upper());
    }
    AgentException failure =
        rig.ask(rig.dispatcher(), Operation.raw("nothing"), "x").awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure)
        .hasMessageStartingWith("no operation nothing here; it has: op0, op1, ")
        .hasMessageEndingWith("op19 and 5 more");
  }

  @Test
  void unknownOperationIsEscapedInTheAnswer() {
    RecordedReplies replies = new RecordedReplies();
    String name = "a\n\u202e" + "b".repeat(500);
    rig.dispatcher().start(rig.call(name, Call.Kind.UNARY, Rig.ALICE, null), replies);
    assertThat(replies.awaitFailure().getMessage())
        .contains("a\\u000a\\u202eb")
        .hasSizeLessThan(300)
        .endsWith("it serves none");
  }

  @Test
  void otherKindIsNamed() {
    Dispatcher dispatcher = rig.serve(ASK, upper()).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    dispatcher.start(rig.call("ask", Call.Kind.STREAMING, Rig.ALICE, null), replies);
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessage("ask is a unary operation, not a streaming operation");
  }

  @Test
  void unreadableRequestNeverReachesTheHandler() {
    AtomicInteger runs = new AtomicInteger();
    Handler.Unary<Question, String> handler =
        (q, call) -> {
          runs.incrementAndGet();
          return q.text();
        };
    RecordedReplies replies = new RecordedReplies();
    Dispatcher dispatcher = rig.serve(TYPED, handler).dispatcher();
    dispatcher.start(rig.call(TYPED), replies).item(Payload.ofJson("{\"text\":"), true);
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(runs).hasValue(0);
    awaitIdle(dispatcher);
  }

  @Test
  void secondRequestIsRefused() {
    Dispatcher dispatcher = rig.serve(ASK, upper()).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    requests.item(Payload.ofText("a"), false);
    requests.item(Payload.ofText("b"), true);
    assertRefused(replies, Code.INVALID_ARGUMENT);
    awaitIdle(dispatcher);
  }

  @Test
  void missingRequestIsRefused() {
    Dispatcher dispatcher = rig.serve(ASK, upper()).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    dispatcher.start(rig.call(ASK), replies).complete();
    assertRefused(replies, Code.INVALID_ARGUMENT);
    awaitIdle(dispatcher);
  }

  @Test
  void applicationFailureCrossesWithItsDetails() {
    Handler.Unary<String, String> handler =
        (q, call) -> {
          throw AgentException.application("out of books", Map.of("isbn", "1"));
        };
    AgentException failure = rig.ask(rig.serve(ASK, handler).dispatcher(), ASK, "x").awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.APPLICATION);
    assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(failure).hasMessage("out of books");
    assertThat(failure.details()).containsEntry("isbn", "1");
  }

  @Test
  void messageOfUnexpectedFailureStaysHere() {
    for (Throwable thrown :
        new Throwable[] {
          new IllegalStateException("secret"),
          new Exception("secret"),
          new AssertionError("secret"),
          new StackOverflowError("secret"),
          new AgentException(Code.NOT_FOUND, Outcome.NOT_SENT, "secret")
        }) {
      Unary<String, String> operation =
          Operation.unary(thrown.getClass().getSimpleName(), String.class, String.class);
      Handler.Unary<String, String> handler =
          (q, call) -> {
            throw DispatcherTest.<RuntimeException>sneaky(thrown);
          };
      Dispatcher dispatcher = rig.serve(operation, handler).dispatcher();
      AgentException failure = rig.ask(dispatcher, operation, "x").awaitFailure();
      assertThat(failure.code()).isEqualTo(Code.INTERNAL);
      assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
      assertThat(failure.getMessage()).doesNotContain("secret").contains("x-");
      awaitIdle(dispatcher);
    }
  }

  @Test
  void replyThatCannotBeEncodedIsTheHandlersFault() {
    Handler.Unary<String, Object> handler = (q, call) -> 42;
    AgentException failure = rig.ask(rig.serve(ASK, handler).dispatcher(), ASK, "x").awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
  }

  @Test
  void stageIsAnsweredWhenItCompletes() {
    CompletableFuture<String> later = new CompletableFuture<>();
    Handler.Async<String, String> handler = (q, call) -> later;
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    RecordedReplies replies = rig.ask(dispatcher, ASK, "x");
    assertThat(dispatcher.running()).isEqualTo(1);
    later.complete("done");
    assertThat(replies.awaitEnd().texts()).containsExactly("done");
    awaitIdle(dispatcher);
  }

  @Test
  void failedStageIsUnwrapped() {
    CompletableFuture<String> source = new CompletableFuture<>();
    Handler.Async<String, String> handler = (q, call) -> source.thenApply(s -> s);
    RecordedReplies replies = rig.ask(rig.serve(ASK, handler).dispatcher(), ASK, "x");
    source.completeExceptionally(AgentException.application("no"));
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.APPLICATION);
  }

  @Test
  void missingStageIsTheHandlersFault() {
    Handler.Async<String, String> handler = (q, call) -> null;
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    assertThat(rig.ask(dispatcher, ASK, "x").awaitFailure().code()).isEqualTo(Code.INTERNAL);
    awaitIdle(dispatcher);
  }

  @Test
  void oneWayIsAcceptedBeforeItsHandlerIsDone() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<String> noted = new CompletableFuture<>();
    Handler.OneWay<String> handler =
        (q, call) -> {
          go.await();
          noted.complete(q);
          throw new IllegalStateException("nobody hears this");
        };
    Dispatcher dispatcher = rig.serve(NOTE, handler).dispatcher();
    RecordedReplies replies = rig.ask(dispatcher, NOTE, "milk").awaitEnd();
    assertThat(replies.isAccepted()).isTrue();
    assertThat(replies.items()).isEmpty();
    go.countDown();
    assertThat(noted.get(10, TimeUnit.SECONDS)).isEqualTo("milk");
    awaitIdle(dispatcher);
    replies.assertClean();
  }

  @Test
  void unreadableOneWayIsRefused() {
    OneWay<Question> typed = Operation.oneWay("typed", Question.class);
    Handler.OneWay<Question> handler = (q, call) -> {};
    RecordedReplies replies = new RecordedReplies();
    rig.serve(typed, handler)
        .dispatcher()
        .start(rig.call(typed), replies)
        .item(Payload.ofJson("[]"), true);
    assertRefused(replies, Code.INVALID_ARGUMENT);
  }

  @Test
  void directHandlerRunsInPlaceAndMayNotBlock() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          thread.set(Thread.currentThread());
          DirectSection.requireMayBlock("waiting");
          return "never";
        };
    RecordedReplies replies = rig.ask(rig.serveDirect(ASK, handler).dispatcher(), ASK, "x");
    assertThat(replies.isEnded()).isTrue();
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.INTERNAL);
    assertThat(thread.get()).isSameAs(Thread.currentThread());
    assertThat(DirectSection.isCurrent()).isFalse();
  }

  @Test
  void executorThatRefusesIsTold() {
    Dispatcher dispatcher =
        rig.serve(ASK, upper())
            .dispatcher(
                task -> {
                  throw new RejectedExecutionException();
                },
                10);
    assertRefused(rig.ask(dispatcher, ASK, "x"), Code.RESOURCE_EXHAUSTED);
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void lateRequestIsNotServed() {
    AtomicInteger runs = new AtomicInteger();
    Handler.Unary<String, String> handler = (q, call) -> "run " + runs.incrementAndGet();
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    Call late = rig.call(ASK).withDeadline(System.nanoTime() - 1, null);
    rig.ask(dispatcher, late, "x", replies);
    assertRefused(replies, Code.DEADLINE_EXCEEDED);
    assertThat(runs).hasValue(0);
    awaitIdle(dispatcher);
  }

  @Test
  void handlerSeesWhoCallsAndWhat() {
    CompletableFuture<CallContext> seen = new CompletableFuture<>();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          seen.complete(call);
          return q;
        };
    Call call = rig.call(ASK).withDeadline(System.nanoTime() + Duration.ofHours(1).toNanos(), null);
    RecordedReplies replies = new RecordedReplies();
    rig.ask(rig.serve(ASK, handler).dispatcher(), call, "x", replies);
    replies.awaitEnd();
    CallContext context = seen.join();
    assertThat(((Peer.Agent) context.peer()).name()).isEqualTo("alice");
    assertThat(context.operation()).isEqualTo("ask");
    assertThat(context.exchangeId()).isEqualTo(call.exchangeId());
    assertThat(context.metadata()).containsEntry("trace", "7");
    assertThat(context.timeLeft()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    assertThat(context.isCancelled()).isFalse();
  }

  static Handler.Unary<String, String> upper() {
    return (q, call) -> q.toUpperCase(Locale.ROOT);
  }

  static AgentException cancelled() {
    return new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "cancelled by the caller");
  }

  static void awaitIdle(Dispatcher dispatcher) {
    Awaitility.await().untilAsserted(() -> assertThat(dispatcher.running()).isZero());
  }

  static void assertRefused(RecordedReplies replies, Code code) {
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
