package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Envelopes of exchanges that are not, or that are many: they are answered, and cost little. */
final class StrayTest {
  private static final Status GONE = Status.of(Code.CANCELLED, Outcome.UNKNOWN, "gone");

  private final Bench bench = new Bench();
  private final ManualLink link = bench.link();
  private Caller caller;

  @BeforeEach
  void openADuplexCall() {
    caller = bench.open(Call.Kind.DUPLEX);
    link.run();
  }

  @Test
  void itemsOfUnknownExchangesAreAnsweredWithCancelAndNotTooOften() {
    for (int i = 0; i < 1000; i++) {
      link.toRight.inject(
          new Envelope(
              Kind.ITEM,
              true,
              500,
              7,
              0,
              0,
              0,
              false,
              false,
              0,
              0,
              Payload.BYTES,
              Envelope.noBody(),
              null,
              null,
              null,
              0));
    }

    assertThat(link.toLeft.sentKinds())
        .containsOnly(Kind.CANCEL)
        .hasSize(StrayLimit.MOST_PER_SECOND);
    bench.sleep(Duration.ofSeconds(1));
    link.toRight.inject(credit(true, 500, 0));
    assertThat(link.toLeft.sentKinds()).containsExactly(Kind.CANCEL);
  }

  @Test
  void cancelForAStrayEndsTheCall() {
    link.toLeft.inject(Envelope.ofExchange(Kind.CANCEL, false, 1, GONE));

    assertThat(caller.failed()).isEqualTo("CANCELLED UNKNOWN");
  }

  @Test
  void peerThatDoesNotReadItsAnswersLosesTheLink() {
    assertViolation(
        () -> {
          for (int i = 0; i <= Attachment.MAX_CONTROL; i++) {
            link.toRight.inject(Envelope.ofExchange(Kind.CANCEL, true, 1000 + i, GONE));
          }
        },
        Code.FAILED_PRECONDITION);
  }

  @Test
  void openerThatLeavesHolesEverywhereCostsBoundedMemory() {
    for (int i = 0; i < 100_000; i++) {
      link.toRight.inject(Envelope.ofExchange(Kind.CANCEL, true, 1000 + 2L * i, GONE));
      link.toLeft.lose();
    }

    assertThat(bench.finishedAtRight().ranges()).isEqualTo(FinishedSet.MAX_RANGES);
  }

  @Test
  void doneOfARunningCallCancelsIt() {
    link.toRight.inject(Envelope.done(new Envelope.Done(1, 2, new long[] {1})));

    assertThat(bench.served.get(0).cancelled).isNotNull();
    assertThat(bench.right.size()).isZero();
    assertThat(bench.right.running()).isZero();
    assertThat(bench.rightBudget.used()).isZero();
  }

  private static void assertViolation(ThrowingCallable what, Code code) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            ViolationException.class, e -> assertThat(e.status().code()).isEqualTo(code));
  }

  private static Envelope credit(boolean mine, long exchange, long ack) {
    return new Envelope(
        Kind.CREDIT,
        mine,
        exchange,
        0,
        ack,
        0,
        0,
        false,
        false,
        0,
        0,
        "",
        Envelope.noBody(),
        null,
        null,
        null,
        0);
  }
}
