package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.ReplySink;
import io.agentchannel.Requests;
import io.agentchannel.Streaming;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTest {
  private static final Streaming<String, String> CHAT =
      Operation.streaming("chat", String.class, String.class);

  private final Rig rig = new Rig();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void itemsArriveInOrderAndTheReturnEndsTheStream() {
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          for (int i = 0; i < 1000; i++) {
            out.send(q + i);
          }
        };
    Dispatcher dispatcher = rig.serve(CHAT, handler).dispatcher();
    RecordedReplies replies = rig.ask(dispatcher, CHAT, "n").awaitEnd();
    List<String> expected = IntStream.range(0, 1000).mapToObj(i -> "n" + i).toList();
    assertThat(replies.texts()).isEqualTo(expected);
    assertThat(replies.isAccepted()).isTrue();
    assertThat(replies.isEndedByItem()).isFalse();
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void sendWaitsForRoom() {
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          for (int i = 0; i < 5; i++) {
            out.send("i" + i);
          }
        };
    RecordedReplies replies = RecordedReplies.withRoom(2);
    rig.ask(rig.serve(CHAT, handler).dispatcher(), rig.call(CHAT), "x", replies);
    assertThat(replies.awaitTexts(2)).containsExactly("i0", "i1");
    awaitWaiting();
    assertThat(replies.items()).hasSize(2);
    replies.giveRoom(1);
    assertThat(replies.awaitTexts(3)).hasSize(3);
    replies.giveRoom(2);
    assertThat(replies.awaitEnd().items()).hasSize(5);
  }

  @Test
  void sendOfACancelledCallSaysCancelled() throws Exception {
    CompletableFuture<AgentException> thrown = new CompletableFuture<>();
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          thrown.complete(catchThrowableOfType(AgentException.class, () -> out.send("no room")));
          assertThat(catchThrowableOfType(AgentException.class, () -> out.send("again")).code())
              .isEqualTo(Code.CANCELLED);
        };
    RecordedReplies replies = RecordedReplies.withRoom(0);
    Dispatcher dispatcher = rig.serve(CHAT, handler).dispatcher();
    Requests requests = dispatcher.start(rig.call(CHAT), replies);
    requests.item(Payload.ofText("x"), true);
    awaitWaiting();
    requests.cancel(DispatcherTest.cancelled());
    assertThat(thrown.get(10, TimeUnit.SECONDS).code()).isEqualTo(Code.CANCELLED);
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    DispatcherTest.awaitIdle(dispatcher);
    assertThat(replies.items()).isEmpty();
  }

  @Test
  void interruptedSendSaysCancelledAndKeepsTheFlag() {
    CompletableFuture<Thread> sender = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          sender.complete(Thread.currentThread());
          try {
            out.send("no room");
          } catch (AgentException e) {
            flag.complete(
                e.code() == Code.CANCELLED
                    && Thread.currentThread().isInterrupted()
                    && !call.isCancelled());
            throw AgentException.application("stopped");
          }
        };
    RecordedReplies replies = RecordedReplies.withRoom(0);
    rig.ask(rig.serve(CHAT, handler).dispatcher(), rig.call(CHAT), "x", replies);
    sender.join().interrupt();
    assertThat(flag.join()).isTrue();
    assertThat(replies.awaitFailure()).hasMessage("stopped");
  }

  @Test
  void directHandlerThatWouldWaitIsToldNotTo() {
    CompletableFuture<Code> code = new CompletableFuture<>();
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          out.send("fits");
          code.complete(
              catchThrowableOfType(AgentException.class, () -> out.send("does not")).code());
        };
    RecordedReplies replies = RecordedReplies.withRoom(1);
    rig.ask(rig.serveDirect(CHAT, handler).dispatcher(), rig.call(CHAT), "x", replies);
    assertThat(code.join()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(replies.awaitEnd().texts()).containsExactly("fits");
  }

  @Test
  void sinkIsClosedOnceTheHandlerHasReturned() {
    CompletableFuture<ReplySink<String>> leaked = new CompletableFuture<>();
    Handler.Stream<String, String> handler = (q, out, call) -> leaked.complete(out);
    Dispatcher dispatcher = rig.serve(CHAT, handler).dispatcher();
    RecordedReplies replies = rig.ask(dispatcher, CHAT, "x").awaitEnd();
    DispatcherTest.awaitIdle(dispatcher);
    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> leaked.join().send("late"));
    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    replies.assertClean();
    assertThat(replies.items()).isEmpty();
  }

  @Test
  void otherThreadsOfAHandlerMaySendTooAndAreWokenWhenItReturns() throws Exception {
    CompletableFuture<Code> helper = new CompletableFuture<>();
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          CompletableFuture<Thread> waiting = new CompletableFuture<>();
          rig.pool.execute(
              () -> {
                waiting.complete(Thread.currentThread());
                helper.complete(
                    catchThrowableOfType(AgentException.class, () -> out.send("x")).code());
              });
          Thread thread = waiting.join();
          Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
        };
    RecordedReplies replies = RecordedReplies.withRoom(0);
    rig.ask(rig.serve(CHAT, handler).dispatcher(), rig.call(CHAT), "x", replies);
    replies.awaitEnd();
    assertThat(helper.get(10, TimeUnit.SECONDS)).isEqualTo(Code.FAILED_PRECONDITION);
  }

  @Test
  void failureAfterItemsComesAfterThem() {
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          out.send("a");
          throw AgentException.application("broke");
        };
    RecordedReplies replies = rig.ask(rig.serve(CHAT, handler).dispatcher(), CHAT, "x");
    assertThat(replies.awaitFailure()).hasMessage("broke");
    assertThat(replies.texts()).containsExactly("a");
  }

  /** Some handler waits at its gate. */
  private void awaitWaiting() {
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().values().stream()
                    .anyMatch(
                        stack ->
                            List.of(stack).stream()
                                .anyMatch(
                                    frame ->
                                        frame.getClassName().equals(ReplyGate.class.getName()))));
  }
}
