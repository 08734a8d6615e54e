package io.agentchannel.core.call;

import static io.agentchannel.Code.APPLICATION;
import static io.agentchannel.Code.CANCELLED;
import static io.agentchannel.Code.DEADLINE_EXCEEDED;
import static io.agentchannel.Code.PERMISSION_DENIED;
import static io.agentchannel.Code.RESOURCE_EXHAUSTED;
import static io.agentchannel.Code.UNAVAILABLE;
import static io.agentchannel.Outcome.NOT_SENT;
import static io.agentchannel.Outcome.PROCESSED;
import static io.agentchannel.Outcome.UNKNOWN;
import static io.agentchannel.core.call.Fixture.ASK;
import static io.agentchannel.core.call.Fixture.TALK;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call.Kind;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.core.call.ScriptedPeer.Exchange;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryInterceptorTest {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final ManualTime time = new ManualTime();
  private final Deadlines timers = new Deadlines(time, time::nanoTime);
  private final Interceptor interceptor = new RetryInterceptor(timers, IntervalFunction.of(WAIT));
  private final Heard heard = new Heard();
  private final ScriptedPeer peer = new ScriptedPeer();

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(timers.size()).isZero();
    peer.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UNARY", "STREAMING", "ONE_WAY"})
  void callThatWasNotSentIsStartedAgainWithItsRequest(Kind kind) {
    Requests requests = start(kind, false);
    requests.item(Payload.ofText("q"), true);
    for (int attempt = 0; attempt < 5; attempt++) {
      Exchange exchange = peer.next();
      assertThat(exchange.awaitItem().utf8()).isEqualTo("q");
      fail(exchange, UNAVAILABLE, NOT_SENT);
      assertThat(peer.started).isEmpty();
      time.advance(WAIT.minusMillis(1));
      assertThat(peer.started).isEmpty();
      time.advance(Duration.ofMillis(21));
    }
    Exchange last = peer.next();
    assertThat(last.awaitItem().utf8()).isEqualTo("q");
    last.replies.item(Payload.ofText("a"), true);
    assertThat(heard.lines).containsExactly("a last");
  }

  @Test
  void requestGivenAfterTheFirstAttemptHasFailedGoesToTheNextOnce() throws Exception {
    try (ScriptedPeer refusing = new ScriptedPeer(refuseFirst(1))) {
      Requests requests =
          interceptor.intercept(Heard.call(Kind.UNARY, false, null, null), heard, refusing);
      assertThat(refusing.next().items).isEmpty();
      requests.item(Payload.ofText("q"), true);
      time.advance(WAIT.multipliedBy(2));
      Exchange second = refusing.next();
      assertThat(second.items).hasSize(1);
      second.replies.end(null);
      assertThat(heard.lines).containsExactly("end");
    }
  }

  @Test
  void callThatMayHaveRunIsNotRunTwice() {
    start(Kind.UNARY, false).item(Payload.ofText("q"), true);
    fail(peer.next(), UNAVAILABLE, UNKNOWN);
    time.advance(Duration.ofSeconds(10));
    assertThat(peer.started).isEmpty();
    assertThat(heard.lines).containsExactly("UNAVAILABLE UNKNOWN");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UNARY", "ONE_WAY"})
  void idempotentCallThatMayHaveRunIsRunAgainAndItsEndStaysHonest(Kind kind) {
    start(kind, true).item(Payload.ofText("q"), true);
    fail(peer.next(), UNAVAILABLE, UNKNOWN);
    time.advance(WAIT.multipliedBy(2));
    fail(peer.next(), PERMISSION_DENIED, NOT_SENT);
    assertThat(heard.lines).containsExactly("PERMISSION_DENIED UNKNOWN");
  }

  @Test
  void idempotentStreamThatMayHaveRunIsNotRunAgain() {
    start(Kind.STREAMING, true).item(Payload.ofText("q"), true);
    fail(peer.next(), UNAVAILABLE, UNKNOWN);
    assertThat(heard.lines).containsExactly("UNAVAILABLE UNKNOWN");
  }

  @Test
  void otherFailuresAreNotRetried() {
    start(Kind.UNARY, true).item(Payload.ofText("q"), true);
    fail(peer.next(), RESOURCE_EXHAUSTED, NOT_SENT);
    start(Kind.UNARY, true).item(Payload.ofText("q"), true);
    fail(peer.next(), APPLICATION, PROCESSED);
    assertThat(heard.lines).containsExactly("RESOURCE_EXHAUSTED NOT_SENT", "APPLICATION PROCESSED");
  }

  @Test
  void nothingIsRetriedOnceSomethingHasReachedTheCaller() {
    start(Kind.STREAMING, false).item(Payload.ofText("q"), true);
    Exchange first = peer.next();
    first.replies.item(Payload.ofText("one"), false);
    fail(first, UNAVAILABLE, NOT_SENT);
    start(Kind.STREAMING, false).item(Payload.ofText("q"), true);
    Exchange second = peer.next();
    second.replies.accepted();
    fail(second, UNAVAILABLE, NOT_SENT);
    assertThat(heard.lines)
        .containsExactly("one", "UNAVAILABLE NOT_SENT", "accepted", "UNAVAILABLE NOT_SENT");
  }

  @Test
  void conversationIsRetriedOnlyWhileNothingWasSaid() {
    Requests requests = start(Kind.DUPLEX, false);
    fail(peer.next(), UNAVAILABLE, NOT_SENT);
    assertThat(requests.isReady()).isFalse();
    time.advance(WAIT.multipliedBy(2));
    Exchange second = peer.next();
    assertThat(requests.isReady()).isTrue();
    requests.item(Payload.ofText("one"), false);
    assertThat(second.items).hasSize(1);
    fail(second, UNAVAILABLE, NOT_SENT);
    assertThat(heard.lines).containsExactly("UNAVAILABLE NOT_SENT");
  }

  @Test
  void whatASenderSaysWhileAnAttemptStartsIsKeptInOrder() {
    Requests requests = start(Kind.DUPLEX, false);
    fail(peer.next(), UNAVAILABLE, NOT_SENT);
    heard.onReady =
        () -> {
          assertThat(requests.isReady()).isTrue();
          assertThat(peer.started).isEmpty();
          requests.item(Payload.ofText("one"), false);
          requests.item(Payload.ofText("two"), false);
          requests.complete();
        };
    time.advance(WAIT.multipliedBy(2));
    Exchange second = peer.next();
    assertThat(second.items).extracting(Payload::utf8).containsExactly("one", "two");
    assertThat(second.completed).isCompleted();
    second.replies.end(null);
  }

  @Test
  void cancelWhileWaitingEndsTheCallAndNothingStartsAgain() {
    Requests requests = start(Kind.UNARY, false);
    requests.item(Payload.ofText("q"), true);
    fail(peer.next(), UNAVAILABLE, NOT_SENT);
    requests.cancel(new AgentException(DEADLINE_EXCEEDED, UNKNOWN, "too late"));
    requests.cancel(new AgentException(CANCELLED, UNKNOWN, "again"));
    assertThat(heard.lines).containsExactly("DEADLINE_EXCEEDED NOT_SENT");
    assertThat(heard.failure).hasMessageContaining("too late").hasMessageContaining("scripted");
    time.advance(Duration.ofSeconds(10));
    assertThat(peer.started).isEmpty();
  }

  @Test
  void cancelWhileWaitingAfterARunThatMayHaveHappenedSaysSo() {
    Requests requests = start(Kind.UNARY, true);
    requests.item(Payload.ofText("q"), true);
    fail(peer.next(), UNAVAILABLE, UNKNOWN);
    requests.cancel(new AgentException(CANCELLED, UNKNOWN, "enough"));
    assertThat(heard.lines).containsExactly("CANCELLED UNKNOWN");
  }

  @Test
  void cancelGoesToTheAttemptThatRunsAndIsNotRetried() {
    Requests requests = start(Kind.UNARY, false);
    Exchange exchange = peer.next();
    exchange.answersCancel = false;
    requests.cancel(new AgentException(CANCELLED, UNKNOWN, "enough"));
    exchange.awaitCancel();
    fail(exchange, UNAVAILABLE, NOT_SENT);
    assertThat(heard.lines).containsExactly("UNAVAILABLE NOT_SENT");
    time.advance(Duration.ofSeconds(10));
    assertThat(peer.started).isEmpty();
  }

  @Test
  void cancelWhileAnAttemptIsBeingStartedReachesIt() {
    Requests requests = start(Kind.DUPLEX, false);
    fail(peer.next(), UNAVAILABLE, NOT_SENT);
    heard.onReady = () -> requests.cancel(new AgentException(CANCELLED, UNKNOWN, "enough"));
    time.advance(WAIT.multipliedBy(2));
    peer.next().awaitCancel();
    assertThat(heard.lines).containsExactly("CANCELLED NOT_SENT");
  }

  @Test
  void wholeChainRetriesUntilThePeerIsThere() throws Exception {
    try (Fixture on = new Fixture(refuseFirst(3))) {
      CompletableFuture<String> reply = on.channel.requestAsync(ASK, "q");
      for (int i = 0; i < 3; i++) {
        on.peer.next();
      }
      Exchange exchange = on.peer.next();
      assertThat(exchange.awaitItem().utf8()).isEqualTo("q");
      exchange.reply("a", true);
      assertThat(reply.get(10, TimeUnit.SECONDS)).isEqualTo("a");
      assertThat(on.peer.started).isEmpty();
    }
  }

  @Test
  void wholeChainEndsItsRetriesAtTheDeadline() throws Exception {
    try (Fixture on =
        new Fixture(refuseFirst(Integer.MAX_VALUE), Duration.ofMillis(100), List.of())) {
      AgentException failure = Fixture.failureOf(() -> on.channel.request(ASK, "q"));
      assertThat(failure.code()).isEqualTo(DEADLINE_EXCEEDED);
      assertThat(failure.outcome()).isEqualTo(NOT_SENT);
      assertThat(failure).hasMessageContaining("refused on purpose");
    }
  }

  @Test
  void senderThatWaitsForTheNextAttemptGoesOnWithIt() throws Exception {
    try (Fixture on = new Fixture(refuseFirst(2))) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        talk.send("one");
        on.peer.next();
        on.peer.next();
        assertThat(on.peer.next().awaitItem().utf8()).isEqualTo("one");
      }
    }
  }

  /** Refuses within the start of the call. */
  private static Consumer<Exchange> refuseFirst(int times) {
    AtomicInteger left = new AtomicInteger(times);
    return exchange -> {
      if (left.getAndDecrement() > 0) {
        exchange.replies.end(new AgentException(UNAVAILABLE, NOT_SENT, "refused on purpose"));
      }
    };
  }

  private Requests start(Kind kind, boolean idempotent) {
    return interceptor.intercept(Heard.call(kind, idempotent, null, null), heard, peer);
  }

  private static void fail(Exchange exchange, Code code, Outcome outcome) {
    exchange.replies.end(new AgentException(code, outcome, "scripted"));
  }
}
