package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a session says that it accepts, leaves and closes. */
final class SessionLifeTest {

  @Test
  void goAwayRefusesNewCallsAndLetsOldOnesFinish() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller old = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    bench.right.leave();
    // On its way before the caller hears of it.
    Caller crossing = bench.ask(Call.Kind.UNARY, "question");
    link.run();
    assertThat(crossing.failed()).isEqualTo("UNAVAILABLE NOT_SENT");
    assertThat(bench.left.takesCalls()).isFalse();
    assertThat(bench.ask(Call.Kind.UNARY, "question").failed()).isEqualTo("UNAVAILABLE NOT_SENT");
    Caller back = bench.open(bench.right, Call.Kind.UNARY, Map.of());
    assertThat(back.failed()).isEqualTo("UNAVAILABLE NOT_SENT");
    link.cut();

    bench.link().run();
    bench.served.get(0).reply("answer", true);
    bench.run();

    assertThat(old.texts()).containsExactly("answer");
    assertThat(bench.served).hasSize(1);
    bench.assertNothingIsLeft();
  }

  @Test
  void linksThatComeLaterHearOfTheGoAwayToo() {
    Bench bench = new Bench();
    bench.right.leave();

    bench.link().run();

    assertThat(bench.left.takesCalls()).isFalse();
  }

  @Test
  void closeEndsEveryExchangeAtBothSides() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller ours = bench.ask(Call.Kind.STREAMING, "question");
    Caller theirs = bench.open(bench.right, Call.Kind.DUPLEX, Map.of());
    link.run();

    bench.left.close("shutting down");
    link.run();

    assertThat(ours.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(theirs.failed()).isEqualTo("UNAVAILABLE UNKNOWN");
    assertThat(bench.served).allMatch(served -> served.cancelled != null);
    bench.assertNothingIsLeft();
  }

  @Test
  void acceptanceIsToldBeforeTheFirstReplyAndNotByMereArrival() {
    Bench bench = new Bench();
    ManualLink link = bench.link();
    Caller caller = bench.ask(Call.Kind.STREAMING, "question");
    link.run();
    bench.served.get(0).replies.taken(1);
    link.run();
    assertThat(caller.accepted).isFalse();

    bench.served.get(0).replies.accepted();
    link.toLeft.lose();
    link.cut();
    bench.link().run();

    assertThat(caller.accepted).isTrue();
    assertThat(caller.items).isEmpty();
  }
}
