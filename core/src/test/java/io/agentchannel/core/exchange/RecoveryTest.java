package io.agentchannel.core.exchange;

import static io.agentchannel.core.wire.Envelope.Kind.CREDIT;
import static io.agentchannel.core.wire.Envelope.Kind.DONE;
import static io.agentchannel.core.wire.Envelope.Kind.OPEN;
import static io.agentchannel.core.wire.Envelope.Kind.RESUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import io.agentchannel.core.wire.Envelope;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The traces of DESIGN 5.3: what becomes of an exchange when its link goes. */
final class RecoveryTest {
  private static final byte[] LARGE = noise(100_000);

  @Test
  void replyIsSentAgainAfterTheLinkIsCut() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    bench.served.get(0).reply("answer", true);
    first.cut();

    bench.link().run();

    assertThat(caller.texts()).containsExactly("answer");
    assertThat(bench.served).hasSize(1);
    bench.assertNothingIsLeft();
  }

  @Test
  void openThatWasLostWithTheFirstLinkIsSentAgainAndRuns() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.toRight.lose();
    first.cut();

    bench.link().run();
    bench.served.get(0).reply("answer", true);
    bench.run();

    assertThat(caller.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void openThatArrivedIsAskedForAndNotRunAgain() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.toRight.deliver();
    first.cut();

    ManualLink second = bench.link();
    assertThat(second.toRight.sentKinds()).containsExactly(DONE, OPEN);
    second.toRight.deliver();
    assertThat(second.toLeft.sentKinds()).containsExactly(RESUME);
    bench.served.get(0).reply("answer", true);
    bench.run();

    assertThat(caller.texts()).containsExactly("answer");
    assertThat(bench.served).hasSize(1);
    bench.assertNothingIsLeft();
  }

  @Test
  void uploadThatIsCutWithItsCreditSpentGoesOn() {
    Bench bench = new Bench(Bench.smallWindow(), 64 << 20);
    ManualLink first = bench.link(2000);
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.send(LARGE, true);
    first.toRight.deliver();
    assertThat(first.toRight.sent()).isNotEmpty();
    // The credit is spent, and the news of more is lost.
    first.toLeft.lose();
    assertThat(first.toRight.sentKinds()).isEmpty();
    first.cut();

    bench.link(2000).run();

    assertThat(bench.served.get(0).items.get(0).toByteArray()).isEqualTo(LARGE);
    bench.served.get(0).reply("thanks", true);
    bench.run();
    assertThat(caller.texts()).containsExactly("thanks");
    bench.assertNothingIsLeft();
  }

  @Test
  void lateCreditOnAHalfDeadLinkChangesNothingAfterTheResume() {
    Bench bench = new Bench(Bench.smallWindow(), 64 << 20);
    ManualLink first = bench.link(2000);
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.send(LARGE, true);
    first.toRight.deliver();
    first.toLeft.take();
    // The caller's side moves, while what the other said on the first link is still on its way.
    ManualLink second = bench.link(1024);
    second.toRight.prefer();
    second.toRight.deliver();
    second.toLeft.deliver();
    second.toRight.take();
    first.toLeft.deliver();
    bench.run();

    assertThat(bench.served.get(0).items.get(0).toByteArray()).isEqualTo(LARGE);
    bench.served.get(0).reply("thanks", true);
    bench.run();
    assertThat(caller.endedWell()).isTrue();
    bench.assertNothingIsLeft();
  }

  @Test
  void nothingButTheQuestionIsSentUntilItIsAnswered() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.open(Call.Kind.DUPLEX);
    caller.send("one", false);
    first.run();
    bench.served.get(0).reply("two", false);
    first.run();
    caller.send("three", false);
    first.toRight.lose();

    ManualLink second = bench.link();
    second.toRight.prefer();
    caller.send("four", true);

    assertThat(second.toRight.sentKinds()).containsExactly(DONE, RESUME);
    bench.run();
    assertThat(bench.served.get(0).texts()).containsExactly("one", "three", "four");
  }

  @Test
  void cancelIsRepeatedOnEachNewLinkUntilTheEnd() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    caller.cancel();
    assertThat(caller.failed()).isEqualTo("CANCELLED UNKNOWN");
    first.cut();
    ManualLink second = bench.link();
    second.toRight.lose();
    second.cut();
    assertThat(bench.served.get(0).cancelled).isNull();

    bench.link().run();

    assertThat(bench.served.get(0).cancelled).isNotNull();
    bench.assertNothingIsLeft();
  }

  @Test
  void handlerMayBeDoneWhileTheOpenerStillSends() {
    Bench bench = new Bench(Bench.smallWindow(), 64 << 20);
    ManualLink link = bench.link(2000);
    Caller caller = bench.open(Call.Kind.DUPLEX);
    caller.send(LARGE, false);
    link.toRight.takeOne();
    link.toRight.deliverOne();
    link.toRight.take();
    bench.served.get(0).replies.end(null);

    link.run();
    caller.send("more", true);
    link.run();

    assertThat(caller.endedWell()).isTrue();
    bench.assertNothingIsLeft();
  }

  @Test
  void replyTravelsAfterALinkThatOnlyTheHandlersSideHasLost() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    first.run();
    first.toLeft.detach();
    bench.served.get(0).reply("answer", true);
    bench.pass(Duration.ofSeconds(5));
    first.toRight.detach();

    bench.link().run();

    assertThat(caller.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void sequenceStartsAgainWhereTheOtherSideHasIt() {
    Bench bench = new Bench();
    ManualLink first = bench.link();
    Caller caller = bench.open(Call.Kind.DUPLEX);
    for (int i = 0; i < 10; i++) {
      caller.send("item " + i, i == 9);
      first.toRight.takeOne();
    }
    for (int i = 0; i < 5; i++) {
      first.toRight.deliverOne();
    }
    first.cut();

    ManualLink second = bench.link();
    second.run();

    long[] numbers =
        second.toRight.sent().stream()
            .filter(e -> e.kind() == Envelope.Kind.ITEM)
            .mapToLong(Envelope::seq)
            .toArray();
    assertThat(numbers).containsExactly(7, 8, 9, 10, 11);
    assertThat(second.toLeft.sentKinds()).contains(RESUME).doesNotContain(CREDIT);
    assertThat(bench.served.get(0).texts()).hasSize(10).endsWith("item 9");
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(3).nextBytes(bytes);
    return bytes;
  }
}
