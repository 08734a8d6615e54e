package io.agentchannel.core.exchange;

import static io.agentchannel.core.wire.Envelope.Kind.DONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is kept of calls that are over, and for how long. */
final class MemoryOfCallsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Bench bench = new Bench();

  @Test
  void callsWithoutEndBesideALongLivedStreamKeepTheRecordSmall() {
    ManualLink link = bench.link();
    bench.ask(Call.Kind.STREAMING, "subscribe");
    link.run();
    for (int i = 0; i < 10_000; i++) {
      callAndAnswer(link);
      if (i % 100 == 0) {
        bench.pass(SECOND);
      }
      assertThat(bench.right.size()).isLessThan(100);
      assertThat(bench.finishedAtRight().ranges()).isLessThan(100);
    }

    bench.pass(SECOND);
    link.run();

    assertThat(bench.right.size()).isEqualTo(1);
    assertThat(bench.finishedAtRight().ranges()).isEqualTo(1);
  }

  @Test
  void callsThatNeverLeaveLeaveNoHoles() {
    ManualLink link = bench.link();
    bench.ask(Call.Kind.STREAMING, "subscribe");
    link.run();
    link.cut();
    for (int i = 0; i < 100; i++) {
      bench.ask(Call.Kind.UNARY, "question").cancel();
    }
    ManualLink second = bench.link();
    second.run();

    callAndAnswer(second);
    bench.pass(SECOND);
    second.run();

    assertThat(bench.finishedAtRight().ranges()).isEqualTo(1);
    assertThat(bench.finishedAtRight().contains(3)).isFalse();
  }

  @Test
  void doneThatIsLostWithItsLinkIsMadeUpForByTime() {
    ManualLink first = bench.link();
    ManualLink second = bench.link();
    bench.ask(Call.Kind.STREAMING, "subscribe");
    first.run();
    callAndAnswer(first);
    // The call's own link stays; the DONE goes out on the other one, and is lost with it.
    second.toRight.prefer();
    bench.pass(SECOND);
    assertThat(second.toRight.sentKinds()).contains(DONE);
    second.cut();
    first.run();
    assertThat(bench.right.size()).isEqualTo(2);

    bench.pass(Duration.ofSeconds(60));
    first.run();

    assertThat(bench.right.size()).isEqualTo(1);
    assertThat(bench.right.running()).isEqualTo(1);
    assertThat(bench.finishedAtRight().contains(2)).isTrue();
  }

  @Test
  void doneOfALaterLinkMovesTheFloorPastThoseThatWereLost() {
    ManualLink first = bench.link();
    callAndAnswer(first);
    bench.pass(SECOND);
    first.toRight.lose();
    first.cut();
    assertThat(bench.right.size()).isEqualTo(1);

    bench.link().run();

    bench.assertNothingIsLeft();
  }

  @Test
  void callThatTheOpenerGaveUpWithoutALinkIsCancelledWhenOneIsBack() {
    ManualLink first = bench.link();
    bench.ask(Call.Kind.STREAMING, "one");
    Caller other = bench.ask(Call.Kind.STREAMING, "two");
    first.run();
    first.toRight.detach();
    bench.pass(Duration.ofSeconds(59));
    bench.left.end("given up");
    assertThat(other.failed()).isEqualTo("UNAVAILABLE UNKNOWN");

    bench.link().run();

    assertThat(bench.served.get(0).cancelled).isNotNull();
    assertThat(bench.served.get(1).cancelled).isNotNull();
    bench.assertNothingIsLeft();
  }

  @Test
  void openerThatIsGoneInTheMiddleOfAMessageIsForgottenAfterTheResumeWindow() {
    ManualLink link = bench.link(2000);
    Caller caller = bench.open(Call.Kind.DUPLEX);
    caller.send(new byte[100_000], true);
    link.toRight.takeOne();
    link.toRight.takeOne();
    link.toRight.deliver();
    link.cut();
    assertThat(bench.rightBudget.used()).isPositive();

    bench.pass(Duration.ofSeconds(59));
    assertThat(bench.served.get(0).cancelled).isNull();
    bench.pass(SECOND);

    assertThat(bench.served.get(0).cancelled).isNotNull();
    assertThat(bench.right.size()).isZero();
    assertThat(bench.rightBudget.used()).isZero();
    assertThat(caller.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(bench.left.size()).isZero();
    assertThat(bench.leftBudget.used()).isZero();
  }

  @Test
  void callWithoutALinkWaitsForOneAsLongAsTheResumeWindow() {
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    bench.pass(Duration.ofSeconds(59));
    assertThat(caller.ended).isFalse();
    bench.pass(SECOND);
    assertThat(caller.failed()).isEqualTo("UNAVAILABLE NOT_SENT");

    Caller next = bench.ask(Call.Kind.UNARY, "question");
    bench.pass(Duration.ofSeconds(30));
    bench.link().run();
    bench.served.get(0).reply("answer", true);
    bench.run();
    assertThat(next.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void formerSessionsKeepsABoundForThoseItForgets() {
    FormerSessions former = new FormerSessions(2);
    assertThat(former.of("a")).isEqualTo(Past.NONE);
    former.remember("a", new Past(100, true));
    former.remember("b", new Past(7, true));
    assertThat(former.of("c")).isEqualTo(Past.NONE);

    former.remember("c", new Past(9, true));

    assertThat(Map.of("a", former.of("a"), "b", former.of("b"), "d", former.of("d")))
        .isEqualTo(
            Map.of("a", new Past(100, true), "b", new Past(7, true), "d", new Past(100, true)));
  }

  private void callAndAnswer(ManualLink link) {
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.served.get(bench.served.size() - 1).reply("answer", true);
    link.run();
    assertThat(caller.endedWell()).isTrue();
  }
}
