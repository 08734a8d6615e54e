package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Duplex;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DuplexTest {
  record Number(int value) {}

  private static final Duplex<String, String> TALK =
      Operation.duplex("talk", String.class, String.class);
  private static final Duplex<Number, Number> SUM =
      Operation.duplex("sum", Number.class, Number.class);

  private final Rig rig = new Rig();
  private final RecordedReplies replies = new RecordedReplies();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void bothSidesTalkUntilTheHandlerReturns() {
    Dispatcher dispatcher = rig.serve(TALK, echo()).dispatcher();
    Requests requests = dispatcher.start(rig.call(TALK), replies);
    requests.item(Payload.ofText("a"), false);
    assertThat(replies.awaitTexts(1)).containsExactly("echo a");
    requests.item(Payload.ofText("b"), false);
    requests.item(Payload.ofText("c"), true);
    assertThat(replies.awaitEnd().texts()).containsExactly("echo a", "echo b", "echo c");
    assertThat(replies.taken()).isEqualTo(3);
    assertThat(replies.isAccepted()).isTrue();
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void openerMayCompleteWithoutAMessage() {
    Requests requests = rig.serve(TALK, echo()).dispatcher().start(rig.call(TALK), replies);
    requests.complete();
    assertThat(replies.awaitEnd().items()).isEmpty();
  }

  @Test
  void handlerGoesOnSendingAfterTheOpenerHasCompleted() {
    CompletableFuture<String> second = new CompletableFuture<>();
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          assertThat(talk.receive()).isEqualTo("last words");
          second.complete(talk.receive());
          talk.send("answer");
          talk.complete();
        };
    Requests requests = rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), replies);
    requests.item(Payload.ofText("last words"), false);
    requests.complete();
    assertThat(replies.awaitEnd().texts()).containsExactly("answer");
    assertThat(second).isCompletedWithValue(null);
    assertThat(replies.taken()).isOne();
  }

  @Test
  void handlerMayReturnWhileTheOpenerStillSends() {
    Handler.Duplex<String, String> handler = (talk, call) -> talk.send(talk.receive());
    Dispatcher dispatcher = rig.serve(TALK, handler).dispatcher();
    Requests requests = dispatcher.start(rig.call(TALK), replies);
    requests.item(Payload.ofText("a"), false);
    replies.awaitEnd();
    requests.item(Payload.ofText("b"), false);
    requests.complete();
    DispatcherTest.awaitIdle(dispatcher);
    replies.assertClean();
  }

  @Test
  void unreadableMessageEndsTheCallAsTheOpenersMistake() {
    CompletableFuture<Code> seen = new CompletableFuture<>();
    Handler.Duplex<Number, Number> handler =
        (talk, call) -> {
          talk.receive();
          seen.complete(catchThrowableOfType(AgentException.class, talk::receive).code());
        };
    Dispatcher dispatcher = rig.serve(SUM, handler).dispatcher();
    Requests requests = dispatcher.start(rig.call(SUM), replies);
    requests.item(Payload.ofJson("{\"value\":1}"), false);
    requests.item(Payload.ofJson("{\"value\":\"x\"}"), false);
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(seen.join()).isEqualTo(Code.INVALID_ARGUMENT);
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void receiveOfACancelledCallThrowsItsReason() throws Exception {
    CompletableFuture<Code> seen = new CompletableFuture<>();
    Handler.Duplex<String, String> handler =
        (talk, call) ->
            seen.complete(catchThrowableOfType(AgentException.class, talk::receive).code());
    Requests requests = rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), replies);
    requests.cancel(new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the caller is gone"));
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.UNAVAILABLE);
    if (replies.isAccepted()) {
      assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
    }
  }

  @Test
  void completedSideReceivesButDoesNotSend() {
    CompletableFuture<Code> seen = new CompletableFuture<>();
    CompletableFuture<String> received = new CompletableFuture<>();
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          talk.complete();
          seen.complete(catchThrowableOfType(AgentException.class, () -> talk.send("more")).code());
          received.complete(talk.receive());
        };
    Requests requests = rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), replies);
    requests.item(Payload.ofText("a"), true);
    replies.awaitEnd();
    assertThat(seen.join()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(received.join()).isEqualTo("a");
  }

  @Test
  void handlerMayCloseIt() {
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          try (Conversation<String, String> closing = talk) {
            closing.send("bye");
          }
          assertThat(catchThrowableOfType(AgentException.class, talk::receive).code())
              .isEqualTo(Code.FAILED_PRECONDITION);
        };
    rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), replies);
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    assertThat(replies.texts()).containsExactly("bye");
  }

  @Test
  void closeAfterCompleteEndsWell() {
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          talk.send("bye");
          talk.complete();
          talk.close();
        };
    rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), replies);
    assertThat(replies.awaitEnd().texts()).containsExactly("bye");
  }

  @Test
  void openerThatIsFarAheadIsAskedToHoldBack() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          go.join();
          while (talk.receive() != null) {
            continue;
          }
        };
    Requests requests = rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), replies);
    int sent = 0;
    while (requests.isReady()) {
      requests.item(Payload.ofText("m"), false);
      assertThat(++sent).isLessThan(1000);
    }
    go.complete(null);
    Awaitility.await().until(() -> replies.requestsReady() == 1);
    assertThat(requests.isReady()).isTrue();
    requests.complete();
    replies.awaitEnd();
    assertThat(replies.taken()).isEqualTo(sent);
  }

  @Test
  void sendWaitsForRoom() {
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          talk.send("a");
          talk.send("b");
        };
    RecordedReplies slow = RecordedReplies.withRoom(1);
    slow.to(rig.serve(TALK, handler).dispatcher().start(rig.call(TALK), slow));
    assertThat(slow.awaitTexts(1)).containsExactly("a");
    slow.giveRoom(1);
    assertThat(slow.awaitEnd().texts()).containsExactly("a", "b");
  }

  private static Handler.Duplex<String, String> echo() {
    return (talk, call) -> {
      String message;
      while ((message = talk.receive()) != null) {
        talk.send("echo " + message);
      }
    };
  }
}
