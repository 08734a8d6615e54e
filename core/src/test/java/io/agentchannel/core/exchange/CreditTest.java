package io.agentchannel.core.exchange;

import static io.agentchannel.core.wire.Envelope.Kind.CREDIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DESIGN 5.2: credit, windows, large messages, and consumers that do not keep up. */
final class CreditTest {
  private static final int LARGEST = 16 << 20;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, (4 << 20) + 1, LARGEST})
  void messagesLargerThanTheWindowPassBothWays(int size) {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    byte[] message = new byte[size];
    new SplittableRandom(size).nextBytes(message);
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.send(message, true);
    link.run();
    Served served = bench.served.get(0);
    assertThat(served.items.get(0).toByteArray()).isEqualTo(message);

    served.replies.item(Payload.ofBytes(message), true);
    link.run();

    assertThat(caller.items.get(0).toByteArray()).isEqualTo(message);
    bench.assertNothingIsLeft();
  }

  @Test
  void messageThatIsTooLargeIsRefusedAtItsFirstPiece() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.send(new byte[LARGEST + 1], true);
    link.toRight.takeOne();
    link.toRight.deliverOne();
    link.toLeft.deliver();

    assertThat(caller.failed()).isEqualTo("INVALID_ARGUMENT NOT_SENT");
    assertThat(bench.served).isEmpty();
    bench.assertNothingIsLeft();
  }

  @Test
  void laterMessageThatIsTooLargeEndsItsExchangeAlone() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller other = bench.ask(Call.Kind.UNARY, "question");
    Caller caller = bench.open(Call.Kind.DUPLEX);
    caller.send("fine", false);
    caller.send(new byte[LARGEST + 1], true);
    link.run();

    assertThat(caller.failed()).isEqualTo("INVALID_ARGUMENT UNKNOWN");
    assertThat(bench.served.get(1).cancelled).isNotNull();
    bench.served.get(0).reply("answer", true);
    link.run();
    assertThat(other.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void replyThatIsTooLargeEndsItsExchangeAlone() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.served.get(0).replies.item(Payload.ofBytes(new byte[LARGEST + 1]), true);
    link.run();

    assertThat(caller.failed()).isEqualTo("INVALID_ARGUMENT UNKNOWN");
    bench.assertNothingIsLeft();
  }

  @Test
  void slowConsumerStopsItsProducerAndNoOtherExchange() {
    Bench bench = new Bench(Bench.smallWindow(), 64 << 20);
    ManualLink link = bench.link();
    Caller slow = bench.open(Call.Kind.STREAMING);
    slow.takes = false;
    slow.send("question", true);
    link.run();
    Served served = bench.served.get(0);
    int sent = 0;
    while (served.replies.isReady()) {
      served.replies.item(Payload.ofBytes(new byte[1000]), false);
      sent++;
      link.run();
    }
    assertThat(sent).isEqualTo(ExchangeOptions.MIN_WINDOW / (1000 + Envelope.COST) + 1);

    Caller other = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.served.get(1).reply("answer", true);
    link.run();
    assertThat(other.texts()).containsExactly("answer");

    assertThat(served.readyTold).isZero();
    slow.requests.taken(slow.items.size());
    link.run();
    assertThat(served.readyTold).isEqualTo(1);
    assertThat(slow.items).hasSize(sent);
    served.replies.end(null);
    link.run();
    bench.assertNothingIsLeft();
  }

  @Test
  void consumerThatIsBusyIsNotAskedForCreditAtEachMessage() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller slow = bench.open(Call.Kind.STREAMING);
    slow.takes = false;
    slow.send("question", true);
    link.run();
    Served served = bench.served.get(0);
    while (served.replies.isReady()) {
      served.replies.item(Payload.ofBytes(new byte[1000]), false);
      link.run();
    }
    link.toRight.sent();

    int credits = 0;
    int taken = slow.items.size();
    for (int i = 0; i < taken; i++) {
      slow.requests.taken(1);
      credits += link.toRight.sent().stream().filter(e -> e.kind() == CREDIT).count();
      link.run();
    }

    assertThat(taken).isGreaterThan(240);
    assertThat(credits).isBetween(3, 5);
  }

  @Test
  void windowGrowsWhileTheConsumerKeepsUpAndNotWithoutIt() {
    for (boolean keepsUp : new boolean[] {true, false}) {
      Bench bench = new Bench();
      ManualLink link = bench.link();
      Caller caller = bench.open(Call.Kind.STREAMING);
      caller.takes = keepsUp;
      caller.send("question", true);
      link.run();
      Served served = bench.served.get(0);
      for (int i = 0; i < 2000; i++) {
        served.replies.item(Payload.ofBytes(new byte[10_000]), false);
        link.run();
        if (!keepsUp && caller.items.size() > 1) {
          // Always one behind.
          caller.requests.taken(1);
        }
      }
      link.run();

      int ahead = 0;
      while (served.replies.isReady()) {
        served.replies.item(Payload.ofBytes(new byte[10_000]), false);
        ahead += 10_000;
      }
      if (keepsUp) {
        assertThat(ahead).isBetween(3 << 20, 5 << 20);
      } else {
        assertThat(ahead).isLessThan(256 << 10);
      }
    }
  }

  @Test
  void callerIsToldWhenThereIsRoomAgain() {
    Bench bench = new Bench(Bench.smallWindow(), 64 << 20);
    ManualLink link = bench.link();
    Caller caller = bench.open(Call.Kind.DUPLEX);
    while (caller.requests.isReady()) {
      caller.send(new byte[1000], false);
    }
    link.run();
    assertThat(caller.readyTold).isZero();

    Served served = bench.served.get(0);
    served.replies.taken(served.items.size());
    link.run();

    assertThat(caller.readyTold).isEqualTo(1);
    assertThat(caller.requests.isReady()).isTrue();
    caller.cancel();
    bench.assertNothingIsLeft();
  }

  @Test
  void exchangesTakeTurnsOnALink() {
    Bench bench = new Bench();
    ManualLink link = bench.link(2000);
    Caller large = bench.open(Call.Kind.UNARY);
    large.send(new byte[100_000], true);
    Caller small = bench.ask(Call.Kind.UNARY, "question");
    link.toRight.takeOne();
    link.toRight.takeOne();
    link.toRight.deliver();
    link.toRight.sent();

    assertThat(bench.served).hasSize(2);
    assertThat(bench.served.get(1).texts()).containsExactly("question");
    assertThat(small.ended).isFalse();
  }

  @Test
  void creditAndAcknowledgementsRideOnWhatGoesOutAnyway() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.open(Call.Kind.DUPLEX, Map.of());
    link.run();
    for (int i = 0; i < 50; i++) {
      caller.send("ping " + i, false);
      link.run();
      bench.served.get(0).replies.taken(1);
      bench.served.get(0).reply("pong " + i, false);
      link.run();
    }

    assertThat(link.toRight.sentKinds()).doesNotContain(CREDIT);
    assertThat(link.toLeft.sentKinds()).doesNotContain(CREDIT);
    assertThat(caller.items).hasSize(50);
  }
}
