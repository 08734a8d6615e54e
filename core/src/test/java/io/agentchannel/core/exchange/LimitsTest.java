package io.agentchannel.core.exchange;

import static io.agentchannel.core.wire.Envelope.Kind.END;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** DESIGN 5.5 and the budget of 5.2: what is refused, and that nobody else is harmed. */
final class LimitsTest {

  @Test
  void noMoreCallsOfOnePeerRunAtOnceThanAllowed() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 1025; i++) {
      callers.add(bench.ask(Call.Kind.UNARY, "question " + i));
    }
    link.run();
    assertThat(bench.right.running()).isEqualTo(1024);
    assertThat(callers.get(1024).failed()).isEqualTo("RESOURCE_EXHAUSTED NOT_SENT");

    bench.served.get(0).reply("answer", true);
    link.run();
    Caller next = bench.ask(Call.Kind.UNARY, "one more");
    link.run();
    bench.served.forEach(served -> served.reply("answer", true));
    link.run();

    assertThat(next.texts()).containsExactly("answer");
    assertThat(callers.subList(0, 1024)).allMatch(Caller::endedWell);
    bench.assertNothingIsLeft();
  }

  @Test
  void fullBudgetRefusesNewCallsAndKeepsLiveOnes() {
    Bench bench = new Bench(Bench.OPTIONS, 1 << 20);
    ManualLink link = bench.link();
    Caller live = bench.ask(Call.Kind.STREAMING, "question");
    link.run();
    link.toRight.take();
    // Replies that the caller has not acknowledged.
    bench.served.get(0).replies.item(Payload.ofBytes(new byte[1 << 20]), false);
    Caller refused = bench.ask(Call.Kind.UNARY, "another question");
    link.toRight.deliver();
    link.toLeft.deliver();
    assertThat(refused.failed()).isEqualTo("RESOURCE_EXHAUSTED NOT_SENT");

    link.run();
    Caller later = bench.ask(Call.Kind.UNARY, "a third question");
    link.run();
    bench.served.get(0).replies.end(null);
    bench.served.get(1).reply("answer", true);
    link.run();

    assertThat(live.endedWell()).isTrue();
    assertThat(live.items.get(0).size()).isEqualTo(1 << 20);
    assertThat(later.texts()).containsExactly("answer");
    assertThat(bench.served).hasSize(2);
    bench.assertNothingIsLeft();
  }

  @Test
  void reassemblyBeyondTheBudgetEndsItsExchangeAlone() {
    Bench bench = new Bench(Bench.OPTIONS, 1 << 20);
    ManualLink link = bench.link();
    Caller small = bench.ask(Call.Kind.UNARY, "question");
    Caller large = bench.open(Call.Kind.UNARY);
    large.send(new byte[2 << 20], true);
    link.run();

    assertThat(large.failed()).isEqualTo("RESOURCE_EXHAUSTED NOT_SENT");
    bench.served.get(0).reply("answer", true);
    link.run();
    assertThat(small.texts()).containsExactly("answer");
    bench.assertNothingIsLeft();
  }

  @Test
  void producerThatTheBudgetStoppedGoesOnWhenThereIsRoom() {
    Bench bench = new Bench(Bench.OPTIONS, 100_000);
    ManualLink link = bench.link();
    Caller hungry = bench.ask(Call.Kind.STREAMING, "question");
    Caller other = bench.ask(Call.Kind.STREAMING, "question");
    link.run();
    Served first = bench.served.get(0);
    Served second = bench.served.get(1);
    first.replies.item(Payload.ofBytes(new byte[110_000]), false);
    second.reply("one", false);
    assertThat(first.replies.isReady()).isFalse();
    assertThat(second.replies.isReady()).isFalse();

    first.replies.end(null);
    link.run();
    bench.pass(Duration.ofSeconds(1));
    link.run();

    assertThat(hungry.endedWell()).isTrue();
    assertThat(second.replies.isReady()).isTrue();
    assertThat(second.readyTold).isEqualTo(1);
    second.reply("two", true);
    link.run();
    assertThat(other.texts()).containsExactly("one", "two");
    bench.assertNothingIsLeft();
  }

  @Test
  void metadataThatNoPacketCarriesFailsTheCallAtOnce() {
    Bench bench = new Bench();
    ManualLink link = bench.link(2000);
    Caller caller = bench.open(Call.Kind.UNARY, Map.of("large", "x".repeat(2000)));
    caller.send("question", true);
    Caller duplex = bench.open(Call.Kind.DUPLEX, Map.of("large", "x".repeat(2000)));
    link.run();

    assertThat(caller.failed()).isEqualTo("INVALID_ARGUMENT NOT_SENT");
    assertThat(duplex.failed()).isEqualTo("INVALID_ARGUMENT NOT_SENT");
    bench.assertNothingIsLeft();
  }

  @Test
  void metadataThatLeavesNoRoomForTheBodyGoesAheadOfIt() {
    Bench bench = new Bench();
    ManualLink link = bench.link(2000);
    Map<String, String> metadata = Map.of("large", "x".repeat(1800));
    Caller caller = bench.open(Call.Kind.UNARY, metadata);
    caller.send(new byte[3000], true);
    link.run();

    assertThat(bench.served.get(0).call.metadata()).isEqualTo(metadata);
    assertThat(bench.served.get(0).items.get(0).size()).isEqualTo(3000);
  }

  @Test
  void openThatNoPeerWouldReadFailsBeforeItLeaves() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.open(Call.Kind.UNARY, Map.of("Capital", "letters"));
    link.run();

    assertThat(caller.failed()).isEqualTo("INVALID_ARGUMENT NOT_SENT");
    assertThat(bench.served).isEmpty();
  }

  @Test
  void contentTypesThatCannotTravelNeverReachALink() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.requests.item(Payload.of("text/plain\n", new byte[1]), true);
    assertThat(caller.failed()).isEqualTo("INVALID_ARGUMENT NOT_SENT");

    Caller other = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.served.get(0).replies.item(Payload.of("x".repeat(256), new byte[1]), true);
    link.run();
    assertThat(other.failed()).isEqualTo("INTERNAL UNKNOWN");
    bench.assertNothingIsLeft();
  }

  @Test
  void longestContentTypeFitsIntoTheSmallestPacket() {
    Bench bench = new Bench();
    ManualLink link = bench.link(Attachment.MIN_PACKET);
    Caller caller = bench.open(Call.Kind.UNARY);
    caller.requests.item(Payload.of("x/" + "y".repeat(253), new byte[5000]), true);
    link.run();

    assertThat(bench.served.get(0).items.get(0).contentType()).hasSize(255);
    assertThat(bench.served.get(0).items.get(0).size()).isEqualTo(5000);
  }

  @Test
  void failureThatIsTooLongForAPacketLosesItsDetailsAndNotItsCode() {
    Bench bench = new Bench();
    ManualLink link = bench.link(Attachment.MIN_PACKET);
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    Map<String, String> details = Map.of("shelf", "x".repeat(3000));
    bench.served.get(0).replies.end(AgentException.application("é".repeat(3000), details));
    link.run();

    assertThat(caller.failed()).isEqualTo("APPLICATION PROCESSED");
    assertThat(caller.failure.getMessage()).startsWith("éé").hasSizeGreaterThan(200);
    assertThat(caller.failure.details()).isEmpty();
    bench.assertNothingIsLeft();
  }

  @Test
  void detailsThatNoPeerWouldReadDoNotBreakTheLink() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    Map<String, String> details = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      details.put("detail" + i, "x");
    }
    bench.served.get(0).replies.end(AgentException.application("no", details));
    link.run();

    assertThat(caller.failed()).isEqualTo("APPLICATION PROCESSED");
    assertThat(caller.failure.details()).isEmpty();
  }

  @Test
  void endNeedsNoCredit() {
    Bench bench = new Bench(Bench.smallWindow(), 64 << 20);
    ManualLink link = bench.link();
    Caller slow = bench.open(Call.Kind.STREAMING);
    slow.takes = false;
    slow.send("question", true);
    link.run();
    while (bench.served.get(0).replies.isReady()) {
      bench.served.get(0).replies.item(Payload.ofBytes(new byte[8128]), false);
      link.run();
    }
    bench.served.get(0).replies.end(null);

    assertThat(link.toLeft.sentKinds()).endsWith(END);
    link.run();
    assertThat(slow.endedWell()).isTrue();
    bench.assertNothingIsLeft();
  }

  @Test
  void linksWithTinyPacketsAndTinyWindowsAreRefused() {
    Bench bench = new Bench();
    assertThatThrownBy(() -> bench.left.attach(() -> {}, 1023))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ExchangeOptions(1000, 1000, 1000, 1, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
