package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.ASK;
import static io.agentchannel.core.call.Fixture.LIST;
import static io.agentchannel.core.call.Fixture.NOTE;
import static io.agentchannel.core.call.Fixture.TALK;
import static io.agentchannel.core.call.Fixture.failureOf;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Outcome;
import io.agentchannel.ReplyStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ChannelCloseTest {

  @Test
  void closeCancelsTheCallsOfEveryKind() throws Exception {
    try (Fixture on = new Fixture()) {
      FutureTask<AgentException> blocked =
          new FutureTask<>(() -> failureOf(() -> on.channel.request(ASK, "q")));
      on.executor.execute(blocked);
      on.peer.next().awaitItem();
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "q");
      CompletableFuture<Void> sent = on.channel.sendAsync(NOTE, "n", CallOptions.defaults());
      ReplyStream<String> stream = on.channel.stream(LIST, "q");
      Conversation<String, String> talk = on.channel.open(TALK);
      assertThat(on.channel.liveCalls()).isEqualTo(5);

      on.channel.close();
      on.channel.close();

      assertThat(blocked.get(10, SECONDS).code()).isEqualTo(Code.CANCELLED);
      assertThatThrownBy(() -> reply.get(10, SECONDS)).hasCauseInstanceOf(AgentException.class);
      assertThatThrownBy(() -> sent.get(10, SECONDS)).hasCauseInstanceOf(AgentException.class);
      assertThat(failureOf(() -> stream.iterator().hasNext()).code()).isEqualTo(Code.CANCELLED);
      assertThat(failureOf(talk::receive).code()).isEqualTo(Code.CANCELLED);
      assertThat(failureOf(() -> talk.send("x")).code()).isEqualTo(Code.CANCELLED);
      assertThat(on.channel.liveCalls()).isZero();
      for (int i = 0; i < 4; i++) {
        on.peer.next().awaitCancel();
      }
    }
  }

  @Test
  void callsOfAClosedChannelFailAndAreNotSent() throws Exception {
    try (Fixture on = new Fixture()) {
      on.channel.close();
      AgentException failure = failureOf(() -> on.channel.request(ASK, "q"));
      assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThat(failure).hasMessageContaining("librarian");
      assertThat(failureOf(() -> on.channel.send(NOTE, "n"))).hasMessageContaining("closed");
      assertThat(failureOf(() -> on.channel.open(TALK).receive())).hasMessageContaining("closed");
      assertThat(failureOf(() -> on.channel.open(TALK).send("x"))).hasMessageContaining("closed");
      assertThat(on.peer.started).isEmpty();
    }
  }

  @Test
  void explainComesFromWhoeverKnowsTheRoutes() throws Exception {
    try (Fixture on = new Fixture()) {
      assertThat(on.channel.explain().target()).isEqualTo("librarian");
      assertThat(on.channel.target()).isEqualTo("librarian");
    }
  }
}
