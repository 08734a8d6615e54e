package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.NOTE;
import static io.agentchannel.core.call.Fixture.failureOf;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OneWayCallTest {

  @Test
  void sendReturnsWhenThePeerHasAccepted() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.onItem = given -> given.end(null))) {
      on.channel.send(NOTE, "hello");
      assertThat(on.peer.next().awaitItem().utf8()).isEqualTo("hello");
    }
  }

  @Test
  void futureCompletesWhenThePeerHasAccepted() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<Void> sent = on.channel.sendAsync(NOTE, "hello", CallOptions.defaults());
      on.peer.next().end(null);
      assertThat(sent.get(10, SECONDS)).isNull();
    }
  }

  @Test
  void refusalAfterTheFirstSignOfLifeIsStillARefusal() throws Exception {
    try (Fixture on = new Fixture()) {
      CompletableFuture<Void> sent = on.channel.sendAsync(NOTE, "hello", CallOptions.direct());
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.accepted();
      exchange.fail(Code.PERMISSION_DENIED, Outcome.NOT_SENT);
      assertThatThrownBy(() -> sent.get(10, SECONDS)).hasCauseInstanceOf(AgentException.class);
    }
  }

  @Test
  void refusalIsTold() throws Exception {
    try (Fixture on =
        new Fixture(exchange -> exchange.fail(Code.UNIMPLEMENTED, Outcome.NOT_SENT))) {
      AgentException failure = failureOf(() -> on.channel.send(NOTE, "hello"));
      assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    }
  }
}
