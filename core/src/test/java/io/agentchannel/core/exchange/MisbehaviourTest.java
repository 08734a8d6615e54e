package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that break the protocol lose the link, and only that; users that fail lose their call. */
final class MisbehaviourTest {
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
  void gapOnTheBoundLinkBreaksIt() {
    assertViolation(() -> link.toRight.inject(item(true, 3, "x")), Code.FAILED_PRECONDITION);
    assertViolation(() -> link.toLeft.inject(item(false, 2, "x")), Code.FAILED_PRECONDITION);
  }

  @Test
  void gapOnAnotherLinkIsDropped() {
    ManualLink other = bench.link();
    other.toRight.inject(item(true, 3, "x"));
    other.toLeft.inject(item(false, 2, "x"));
    other.toRight.inject(item(true, 2, "x"));

    assertThat(bench.served.get(0).items).isEmpty();
    assertThat(caller.items).isEmpty();
  }

  @Test
  void moreThanTheCreditIsCutOff() {
    byte[] piece = new byte[Envelope.MAX_BODY];
    assertViolation(
        () -> {
          for (int seq = 2; ; seq++) {
            link.toRight.inject(item(true, seq, ByteBuffer.wrap(piece), false, false));
          }
        },
        Code.RESOURCE_EXHAUSTED);
    assertThat(bench.served.get(0).items).hasSize(4);
  }

  @Test
  void acknowledgementOfWhatWasNeverSentBreaksTheLink() {
    assertViolation(() -> link.toLeft.inject(credit(false, 1, 2)), Code.FAILED_PRECONDITION);
    assertViolation(() -> link.toRight.inject(credit(true, 1, 1)), Code.FAILED_PRECONDITION);
  }

  @Test
  void answersForWhatWasNeverOpenedBreakTheLink() {
    assertViolation(() -> link.toLeft.inject(credit(false, 2, 0)), Code.FAILED_PRECONDITION);
    assertViolation(
        () -> link.toLeft.inject(Envelope.ofExchange(Kind.END, false, 99, GONE)),
        Code.FAILED_PRECONDITION);
  }

  @Test
  void onlyTheResponderEnds() {
    assertViolation(
        () -> link.toRight.inject(Envelope.ofExchange(Kind.END, true, 1, GONE)),
        Code.FAILED_PRECONDITION);
    assertViolation(
        () -> link.toRight.inject(Envelope.ofExchange(Kind.END, true, 99, GONE)),
        Code.FAILED_PRECONDITION);
  }

  @Test
  void messagesThatMakeNoSenseBreakTheLink() {
    ByteBuffer body = ByteBuffer.wrap(new byte[] {1});
    List<Envelope> nonsense =
        List.of(
            // The middle of nothing.
            piece(2, "", body, true, false), piece(2, "", Envelope.noBody(), true, false));
    for (Envelope envelope : nonsense) {
      assertViolation(() -> link.toRight.inject(envelope), Code.FAILED_PRECONDITION);
    }
  }

  @Test
  void messageInsideAMessageBreaksTheLink() {
    ByteBuffer body = ByteBuffer.wrap(new byte[] {1});
    link.toRight.inject(piece(2, Payload.BYTES, body, true, false));

    assertViolation(
        () -> link.toRight.inject(piece(3, Payload.BYTES, body, false, false)),
        Code.FAILED_PRECONDITION);
  }

  @Test
  void endlessMessageOfEmptyPiecesBreaksTheLink() {
    ByteBuffer body = ByteBuffer.wrap(new byte[] {1});
    link.toRight.inject(piece(2, Payload.BYTES, body, true, false));

    assertViolation(
        () -> link.toRight.inject(piece(3, "", Envelope.noBody(), true, false)),
        Code.FAILED_PRECONDITION);
  }

  @Test
  void moreAfterTheLastBreaksTheLink() {
    link.toRight.inject(piece(2, Payload.BYTES, Envelope.noBody(), false, true));

    assertViolation(() -> link.toRight.inject(item(true, 3, "x")), Code.FAILED_PRECONDITION);
    assertThat(bench.served.get(0).items).hasSize(1);
  }

  @Test
  void answerForAnOpenThatDidNotArriveBreaksTheLink() {
    link.cut();
    ManualLink second = bench.link();
    second.toRight.lose();

    assertViolation(
        () ->
            second.toLeft.inject(
                new Envelope(
                    Kind.RESUME,
                    false,
                    1,
                    0,
                    0,
                    0,
                    2,
                    false,
                    false,
                    0,
                    0,
                    "",
                    Envelope.noBody(),
                    null,
                    null,
                    null,
                    0)),
        Code.FAILED_PRECONDITION);
  }

  @Test
  void acknowledgementAfterACancelHarmsNobody() {
    Served served = bench.served.get(0);
    served.reply("one", false);
    served.reply("two", false);
    link.toLeft.take();
    caller.cancel();
    link.toRight.deliver();

    link.toRight.inject(credit(true, 1, 2));

    link.run();
    bench.assertNothingIsLeft();
  }

  @Test
  void violationInAPacketLeavesWhatCameBeforeIt() {
    assertViolation(
        () -> link.toRight.inject(item(true, 2, "fine"), item(true, 9, "not fine")),
        Code.FAILED_PRECONDITION);

    assertThat(bench.served.get(0).texts()).containsExactly("fine");
  }

  @Test
  void callerWhoseOwnCodeFailsLosesThatCallAlone() {
    Caller failing =
        new Caller() {
          @Override
          public void item(Payload item, boolean last) {
            throw new IllegalStateException("the caller's own fault");
          }
        };
    Call call =
        new Call("ask", Call.Kind.DUPLEX, "", null, "", Map.of(), null, null, null, false, false);
    failing.requests = bench.left.open(call, failing);
    link.run();
    bench.served.get(1).reply("one", false);
    bench.served.get(0).reply("two", true);
    link.run();

    assertThat(failing.failed()).isEqualTo("INTERNAL UNKNOWN");
    assertThat(bench.served.get(1).cancelled.code()).isEqualTo(Code.INTERNAL);
    assertThat(caller.texts()).containsExactly("two");
    bench.assertNothingIsLeft();
  }

  @Test
  void messagesAfterTheOwnLastAreIgnored() {
    caller.requests.complete();
    caller.send("too late", true);
    caller.requests.complete();
    link.run();

    assertThat(bench.served.get(0).complete).isTrue();
    assertThat(bench.served.get(0).items).isEmpty();
    bench.served.get(0).replies.end(null);
    bench.served.get(0).reply("too late", true);
    bench.served.get(0).replies.end(AgentException.application("too late"));
    link.run();
    assertThat(caller.endedWell()).isTrue();
    bench.assertNothingIsLeft();
  }

  private static void assertViolation(ThrowingCallable what, Code code) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            ViolationException.class, e -> assertThat(e.status().code()).isEqualTo(code));
  }

  private static Envelope item(boolean mine, long seq, String text) {
    return item(mine, seq, Payload.ofText(text).body(), false, false);
  }

  private static Envelope item(
      boolean mine, long seq, ByteBuffer body, boolean more, boolean last) {
    return new Envelope(
        Kind.ITEM,
        mine,
        1,
        seq,
        0,
        0,
        0,
        last,
        more,
        0,
        0,
        Payload.TEXT,
        body,
        null,
        null,
        null,
        0);
  }

  private static Envelope piece(
      long seq, String type, ByteBuffer body, boolean more, boolean last) {
    return new Envelope(
        Kind.ITEM, true, 1, seq, 0, 0, 0, last, more, 0, 0, type, body, null, null, null, 0);
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
