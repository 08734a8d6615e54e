package io.agentchannel.core.exchange;

import static io.agentchannel.core.wire.Envelope.Kind.DONE;
import static io.agentchannel.core.wire.Envelope.Kind.END;
import static io.agentchannel.core.wire.Envelope.Kind.OPEN;
import static io.agentchannel.core.wire.Envelope.Kind.RESUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Outcome;
import io.agentchannel.core.wire.Envelope;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** DESIGN 5.4: a handler runs at most once, and outcomes are honest. */
final class OnceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private final Bench bench = new Bench();

  @Test
  void duplicatedOpenRunsOnce() {
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.toRight.take();
    link.toRight.duplicate();
    link.run();
    bench.served.get(0).reply("answer", true);
    link.run();

    assertThat(bench.served).hasSize(1);
    assertThat(bench.served.get(0).texts()).containsExactly("question");
    assertThat(caller.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void openThatComesAgainAfterItsDoneDoesNotRun() {
    ManualLink link = bench.link();
    bench.ask(Call.Kind.UNARY, "question");
    Envelope open = link.toRight.sent().get(0);
    link.run();
    bench.served.get(0).reply("answer", true);
    bench.assertNothingIsLeft();

    link.toRight.inject(open);

    assertThat(bench.served).hasSize(1);
    bench.assertNothingIsLeft();
  }

  @Test
  void cancelThatOvertakesItsOpenKeepsItFromRunning() {
    ManualLink slow = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    slow.toRight.take();
    ManualLink quick = bench.link();
    quick.toRight.prefer();
    caller.cancel();
    quick.run();
    slow.run();

    assertThat(bench.served).isEmpty();
    assertThat(caller.failed()).isEqualTo("CANCELLED UNKNOWN");
    bench.assertNothingIsLeft();
  }

  @Test
  void callThatNeverLeftIsNotSent() {
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    caller.cancel();

    bench.link().run();

    assertThat(caller.failed()).isEqualTo("CANCELLED NOT_SENT");
    assertThat(bench.served).isEmpty();
    bench.assertNothingIsLeft();
  }

  @Test
  void replyIsLostAndTheOpenerIsAwayForTenMinutes() {
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    bench.served.get(0).reply("answer", true);
    first.toLeft.lose();
    first.cut();
    for (int second = 0; second < 600; second++) {
      bench.pass(SECOND);
    }
    assertThat(caller.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(bench.right.size()).isZero();

    bench.link().run();

    assertThat(bench.served).hasSize(1);
    bench.assertNothingIsLeft();
  }

  @Test
  void openerThatSleptForTenMinutesIsToldThatNobodyKnows() {
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    bench.served.get(0).reply("answer", true);
    first.toLeft.lose();
    first.cut();
    // Only the other side's clock has gone on.
    bench.sleep(TEN_MINUTES);
    bench.right.tick();

    ManualLink second = bench.link();
    assertThat(second.toRight.sentKinds()).containsExactly(DONE, OPEN);
    second.run();

    assertThat(caller.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(bench.served).hasSize(1);
    bench.assertNothingIsLeft();
  }

  @Test
  void recordThatFollowsALostOneDoesNotRunWhatThatMayHaveRun() {
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    assertThat(bench.served).hasSize(1);
    first.cut();
    bench.sleep(TEN_MINUTES);
    bench.forgetAtRight(Past.UNKNOWN);

    bench.link().run();

    assertThat(caller.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(bench.served).hasSize(1);
    Caller next = bench.ask(Call.Kind.UNARY, "next question");
    bench.run();
    bench.served.get(1).reply("next answer", true);
    bench.run();
    assertThat(next.texts()).containsExactly("next answer");
  }

  @Test
  void droppedSessionsSuccessorBeginsWhereItStopped() {
    ManualLink first = bench.link();
    Caller caller = bench.open(bench.right, Call.Kind.UNARY, Map.of());
    caller.send("question", true);
    first.run();
    bench.served.get(0).reply("answer", true);
    bench.assertNothingIsLeft();
    first.cut();
    Past past = bench.right.past();
    assertThat(past).isEqualTo(new Past(2, true));
    bench.forgetAtRight(past);
    bench.link().run();

    Caller again = bench.open(bench.right, Call.Kind.UNARY, Map.of());
    again.send("question", true);
    bench.run();
    bench.served.get(1).reply("answer", true);
    bench.run();

    assertThat(again.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void questionForACallThatNeverArrivedIsAnsweredNotSentAndStaysTrue() {
    ManualLink slow = bench.link();
    Map<String, String> metadata = Map.of("trace", "x".repeat(2000));
    Caller caller = bench.open(bench.left, Call.Kind.UNARY, metadata);
    caller.send("question", true);
    slow.toRight.take();
    // Its metadata does not fit into the packets of the other link.
    ManualLink small = bench.link(1024);
    small.toRight.prefer();
    assertThat(small.toRight.sentKinds()).containsExactly(DONE, RESUME);
    small.run();
    slow.run();

    assertThat(caller.failed()).isEqualTo("UNAVAILABLE NOT_SENT");
    assertThat(bench.served).isEmpty();
    bench.assertNothingIsLeft();
  }

  @Test
  void callThatMayHaveRunIsNotRunByAnotherReplica() {
    ManualLink link = bench.link();
    Caller sent = bench.ask(Call.Kind.UNARY, "question");
    link.toRight.lose();
    link.cut();
    Caller unsent = bench.ask(Call.Kind.UNARY, "another question");

    // The next handshake shows another instance.
    bench.left.end("the peer has restarted");

    assertThat(sent.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(unsent.failed()).isEqualTo("UNAVAILABLE NOT_SENT");
    assertThat(bench.left.size()).isZero();
    assertThat(bench.leftBudget.used()).isZero();
  }

  @Test
  void handlersOfAnInstanceThatIsGoneAreCancelled() {
    ManualLink link = bench.link();
    bench.ask(Call.Kind.STREAMING, "question");
    link.run();

    bench.right.end("the peer has restarted");

    assertThat(bench.served.get(0).cancelled).isNotNull();
    assertThat(bench.right.size()).isZero();
    assertThat(bench.rightBudget.used()).isZero();
  }

  @Test
  void oneWayCallEndsBeforeItsHandlerRuns() {
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.ONE_WAY, "note");
    link.toRight.deliver();
    Served served = bench.served.get(0);
    served.replies.end(null);

    assertThat(link.toLeft.sentKinds()).containsExactly(END);
    link.run();
    assertThat(caller.endedWell()).isTrue();
    assertThat(bench.right.running()).isZero();
    assertThat(served.cancelled).isNull();
    bench.assertNothingIsLeft();
  }

  @Test
  void firstTerminalStateWins() {
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.served.get(0).reply("answer", true);
    caller.cancel();
    link.run();

    assertThat(caller.failed()).isEqualTo("CANCELLED UNKNOWN");
    assertThat(caller.items).isEmpty();
    assertThat(bench.served.get(0).cancelled).isNull();
    bench.assertNothingIsLeft();
  }

  @Test
  void handlersFailureKeepsItsOutcome() {
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.served.get(0).replies.end(AgentException.application("no such book"));
    link.run();

    assertThat(caller.failure).hasMessage("no such book");
    assertThat(caller.failure.outcome()).isEqualTo(Outcome.PROCESSED);
    bench.assertNothingIsLeft();
  }
}
