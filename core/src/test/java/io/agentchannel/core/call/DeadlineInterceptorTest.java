package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.ASK;
import static io.agentchannel.core.call.Fixture.LIST;
import static io.agentchannel.core.call.Fixture.TALK;
import static io.agentchannel.core.call.Fixture.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Call.Kind;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineInterceptorTest {
  private final ManualTime time = new ManualTime();
  private final Deadlines deadlines = new Deadlines(time, time::nanoTime);
  private final DeadlineInterceptor interceptor = new DeadlineInterceptor(deadlines);
  private final Heard heard = new Heard();
  private final ScriptedPeer peer = new ScriptedPeer();

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(deadlines.size()).isZero();
    peer.close();
  }

  @Test
  void callThatNeverFindsALinkEndsAtItsDeadline() {
    start(Kind.UNARY, Duration.ofSeconds(5), null);
    time.advance(Duration.ofMillis(4_999));
    assertThat(heard.lines).isEmpty();
    time.advance(Duration.ofMillis(21));
    assertThat(peer.next().awaitCancel().code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(heard.lines).containsExactly("DEADLINE_EXCEEDED NOT_SENT");
  }

  @Test
  void callThatWasSentEndsWithAnUnknownOutcome() {
    Requests requests = start(Kind.UNARY, Duration.ofSeconds(5), null);
    requests.item(Payload.ofText("q"), true);
    time.advance(Duration.ofSeconds(6));
    assertThat(heard.lines).containsExactly("DEADLINE_EXCEEDED UNKNOWN");
  }

  @Test
  void replyDisarmsTheDeadline() {
    start(Kind.UNARY, Duration.ofSeconds(5), null);
    ScriptedPeer.Exchange exchange = peer.next();
    exchange.replies.item(Payload.ofText("hi"), true);
    assertThat(deadlines.size()).isZero();
    time.advance(Duration.ofSeconds(6));
    assertThat(heard.lines).containsExactly("hi last");
    assertThat(exchange.cancelled).isNotDone();
  }

  @Test
  void replyWithinTheStartNeverArmsIt() {
    ScriptedPeer quick = new ScriptedPeer(exchange -> exchange.replies.end(null));
    Call call = Heard.call(Kind.UNARY, false, in(Duration.ofSeconds(5)), null);
    interceptor.intercept(call, heard, quick);
    assertThat(heard.lines).containsExactly("end");
    assertThat(time.scheduled()).isZero();
    quick.link.shutdown();
  }

  @Test
  void callPastItsDeadlineIsNotEvenStarted() {
    start(Kind.UNARY, Duration.ZERO, null);
    assertThat(heard.lines).containsExactly("DEADLINE_EXCEEDED NOT_SENT");
    assertThat(peer.started).isEmpty();
  }

  @Test
  void streamThatIsNotAcceptedInTimeIsCancelled() {
    start(Kind.STREAMING, null, Duration.ofSeconds(30));
    time.advance(Duration.ofSeconds(31));
    assertThat(heard.lines).containsExactly("DEADLINE_EXCEEDED NOT_SENT");
    assertThat(heard.failure).hasMessageContaining("accepted");
    peer.next().awaitCancel();
  }

  @Test
  void acceptedStreamHasNoLimit() {
    start(Kind.STREAMING, null, Duration.ofSeconds(30));
    ScriptedPeer.Exchange exchange = peer.next();
    exchange.replies.accepted();
    assertThat(deadlines.size()).isZero();
    time.advance(Duration.ofMinutes(2));
    exchange.replies.item(Payload.ofText("one"), false);
    assertThat(heard.lines).containsExactly("accepted", "one");
  }

  @Test
  void firstItemIsAnAcceptanceToo() {
    start(Kind.DUPLEX, null, Duration.ofSeconds(30));
    peer.next().replies.item(Payload.ofText("one"), false);
    assertThat(deadlines.size()).isZero();
  }

  @Test
  void deadlineBehindAnAcceptanceIsStillEnforced() {
    start(Kind.STREAMING, Duration.ofSeconds(60), Duration.ofSeconds(30));
    ScriptedPeer.Exchange exchange = peer.next();
    exchange.replies.accepted();
    time.advance(Duration.ofSeconds(59));
    assertThat(exchange.cancelled).isNotDone();
    time.advance(Duration.ofSeconds(2));
    assertThat(heard.lines).containsExactly("accepted", "DEADLINE_EXCEEDED NOT_SENT");
  }

  @Test
  void callWithoutLimitsPassesUntouched() {
    Requests requests = start(Kind.DUPLEX, null, null);
    ScriptedPeer.Exchange exchange = peer.next();
    assertThat(requests).isSameAs(exchange);
    assertThat(exchange.replies).isSameAs(heard);
  }

  @Test
  void explicitTimeoutLimitsCallsOfEveryKind() throws Exception {
    CallOptions soon = CallOptions.timeout(Duration.ofMillis(30));
    try (Fixture on = new Fixture()) {
      assertThat(failureOf(() -> on.channel.request(ASK, "q", soon)).code())
          .isEqualTo(Code.DEADLINE_EXCEEDED);
      AgentException late =
          failureOf(() -> on.channel.stream(LIST, "q", soon).iterator().hasNext());
      assertThat(late.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
      assertThat(late.outcome()).isEqualTo(Outcome.UNKNOWN);
      try (Conversation<String, String> talk = on.channel.open(TALK, soon)) {
        assertThat(failureOf(talk::receive).code()).isEqualTo(Code.DEADLINE_EXCEEDED);
      }
    }
  }

  @Test
  void defaultTimeoutLimitsUnaryCallsAndTheAcceptanceOfOthers() throws Exception {
    try (Fixture on = new Fixture(exchange -> {}, Duration.ofMillis(30), List.of())) {
      assertThat(failureOf(() -> on.channel.request(ASK, "q")).code())
          .isEqualTo(Code.DEADLINE_EXCEEDED);
      assertThat(failureOf(() -> on.channel.stream(LIST, "q").iterator().hasNext()))
          .hasMessageContaining("accepted");
    }
  }

  @Test
  void veryLongTimeoutsAreSimplyNever() throws Exception {
    CallOptions never = CallOptions.timeout(Duration.ofSeconds(Long.MAX_VALUE));
    try (Fixture on = new Fixture(exchange -> exchange.reply("hi", true))) {
      assertThat(on.channel.request(ASK, "q", never)).isEqualTo("hi");
    }
  }

  private Requests start(Kind kind, Duration deadline, Duration accept) {
    Call call = Heard.call(kind, false, in(deadline), in(accept));
    return interceptor.intercept(call, heard, peer);
  }

  private Long in(Duration time) {
    return time == null ? null : Long.valueOf(this.time.nanoTime() + time.toNanos());
  }
}
