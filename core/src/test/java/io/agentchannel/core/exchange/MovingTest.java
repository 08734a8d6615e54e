package io.agentchannel.core.exchange;

import static io.agentchannel.core.wire.Envelope.Kind.DONE;
import static io.agentchannel.core.wire.Envelope.Kind.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Exchanges that move to a link of another kind, or back to one that they have left. */
final class MovingTest {
  private static final byte[] LARGE = noise(100_000);

  @Test
  void messageInTheMiddleIsCutSmallerOnALinkWithSmallerPackets() {
    Bench bench = new Bench();
    ManualLink first = bench.link(30_000);
    Caller caller = bench.open(Call.Kind.DUPLEX);
    caller.send("small", false);
    caller.send(LARGE, true);
    first.toRight.takeOne();
    first.toRight.takeOne();
    first.toRight.deliverOne();
    first.toRight.deliverOne();
    first.toRight.lose();
    first.cut();

    ManualLink second = bench.link(1024);
    second.run();

    assertThat(second.toRight.sent()).allMatch(e -> e.body().remaining() < 1024);
    assertThat(bench.served.get(0).items.get(1).toByteArray()).isEqualTo(LARGE);
    assertThat(bench.served.get(0).complete).isTrue();
  }

  @Test
  void replyInTheMiddleIsCutSmallerToo() {
    Bench bench = new Bench();
    ManualLink first = bench.link(30_000);
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    bench.served.get(0).replies.item(Payload.ofBytes(LARGE), true);
    first.toLeft.takeOne();
    first.toLeft.deliverOne();
    first.cut();

    bench.link(1024).run();

    assertThat(caller.items.get(0).toByteArray()).isEqualTo(LARGE);
    bench.assertNothingIsLeft();
  }

  @Test
  void openIsSaidAgainInSmallerPiecesWhetherItHadArrivedOrNot() {
    for (boolean arrived : new boolean[] {false, true}) {
      Bench bench = new Bench();
      ManualLink first = bench.link(30_000);
      Caller caller = bench.open(Call.Kind.UNARY);
      caller.send(LARGE, true);
      first.toRight.takeOne();
      if (arrived) {
        first.toRight.deliverOne();
      }
      first.cut();

      ManualLink second = bench.link(1024);
      assertThat(second.toRight.sentKinds()).containsExactly(DONE, OPEN);
      second.run();

      assertThat(bench.served).hasSize(1);
      assertThat(bench.served.get(0).items.get(0).toByteArray()).isEqualTo(LARGE);
      bench.served.get(0).reply("thanks", true);
      bench.run();
      assertThat(caller.endedWell()).isTrue();
      bench.assertNothingIsLeft();
    }
  }

  @Test
  void oldAcknowledgementOfTheSmallerOpenIsNotTakenForTheLarger() {
    Bench bench = new Bench();
    ManualLink first = bench.link(30_000);
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.send(LARGE, true);
    first.toRight.lose();
    first.cut();
    ManualLink second = bench.link(1024);
    second.toRight.deliver();
    second.toLeft.take();
    bench.served.get(0).replies.accepted();
    second.toLeft.take();
    // The answer and the acknowledgement of the smaller piece come after the next move.
    ManualLink third = bench.link(1024);
    third.toRight.prefer();
    third.toRight.take();
    second.toLeft.deliver();

    bench.run();

    assertThat(bench.served.get(0).items.get(0).toByteArray()).isEqualTo(LARGE);
    bench.served.get(0).reply("thanks", true);
    bench.run();
    assertThat(caller.endedWell()).isTrue();
    bench.assertNothingIsLeft();
  }

  @Test
  void preferMovesLiveExchanges() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.STREAMING, "question");
    first.run();
    bench.served.get(0).reply("one", false);
    first.run();
    ManualLink second = bench.link();
    second.toRight.prefer();
    second.run();
    first.toLeft.sent();

    bench.served.get(0).reply("two", true);

    assertThat(first.toLeft.sentKinds()).isEmpty();
    second.run();
    assertThat(caller.texts()).containsExactly("one", "two");
    bench.assertNothingIsLeft();
  }

  @Test
  void whatAnEarlierAttemptLeftOnALinkIsDroppedWhenTheExchangeComesBackToIt() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    ManualLink second = bench.link();
    Caller caller = bench.ask(Call.Kind.STREAMING, "question");
    first.run();
    for (String text : List.of("one", "two", "three")) {
      bench.served.get(0).reply(text, false);
      first.toLeft.takeOne();
    }
    second.toRight.prefer();
    first.toLeft.deliverOne();
    first.toRight.prefer();
    // Without "one", which was dropped, these two are a gap on the link that it is bound to again.
    first.toLeft.deliverOne();
    first.toLeft.deliverOne();
    assertThat(caller.texts()).isEmpty();

    bench.served.get(0).reply("four", true);
    bench.run();

    assertThat(caller.texts()).containsExactly("one", "two", "three", "four");
    bench.assertNothingIsLeft();
  }

  @Test
  void repeatOfAnEarlierAttemptsItemIsDroppedOnTheLinkThatIsBoundAgain() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    ManualLink second = bench.link();
    Caller caller = bench.open(Call.Kind.DUPLEX);
    first.run();
    first.toRight.sent();
    caller.send("one", false);
    Envelope stale = first.toRight.sent().get(0);
    first.toRight.lose();
    second.toRight.prefer();
    first.toRight.prefer();
    first.toRight.deliver();

    // It has the number that comes next, but may be cut otherwise than what will come.
    first.toRight.inject(stale);

    assertThat(stale.seq()).isEqualTo(2);
    assertThat(bench.served.get(0).items).isEmpty();
    caller.send("two", true);
    bench.run();
    assertThat(bench.served.get(0).texts()).containsExactly("one", "two");
  }

  @Test
  void exchangesLeaveASilentLinkForOneThatAnswers() {
    Bench bench = new Bench();
    ManualLink silent = bench.link();
    ManualLink spare = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    silent.toRight.lose();

    bench.left.suspect(silent.toRight.outlet);
    bench.left.answered(spare.toRight.outlet);
    spare.run();
    bench.served.get(0).reply("answer", true);
    spare.run();

    assertThat(caller.texts()).containsExactly("answer");
    assertThat(silent.toRight.sentKinds()).containsExactly(OPEN);
    bench.assertNothingIsLeft();
  }

  @Test
  void exchangesStayOnALinkThatAnswersAfterAll() {
    Bench bench = new Bench();
    ManualLink slow = bench.link();
    ManualLink spare = bench.link();
    bench.ask(Call.Kind.UNARY, "question");

    bench.left.suspect(slow.toRight.outlet);
    bench.left.answered(slow.toRight.outlet);
    bench.left.answered(spare.toRight.outlet);

    assertThat(slow.toRight.sentKinds()).containsExactly(OPEN);
    assertThat(spare.toRight.sentKinds()).isEmpty();
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(3).nextBytes(bytes);
    return bytes;
  }
}
