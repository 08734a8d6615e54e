package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.ASK;
import static io.agentchannel.core.call.Fixture.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {

  @Test
  void firstInterceptorIsTheOutermostAndEachMayChangeTheCall() throws Exception {
    List<String> order = new ArrayList<>();
    Interceptor first =
        (call, replies, next) -> {
          order.add("first " + call.metadata());
          return next.start(call.withMetadata("By", "first"), replies);
        };
    Interceptor second =
        (call, replies, next) -> {
          order.add("second " + call.metadata());
          return next.start(call, replies);
        };
    try (Fixture on = fixture(first, second)) {
      assertThat(on.channel.request(ASK, "q")).isEqualTo("a");
      assertThat(order).containsExactly("first {}", "second {by=first}");
      assertThat(on.peer.next().call.metadata()).containsEntry("by", "first");
    }
  }

  @Test
  void limitsAreInTheCallFromTheFirstInterceptorOnAndItsChangesCount() throws Exception {
    Interceptor hurried =
        (call, replies, next) -> {
          assertThat(call.deadlineNanos()).isNotNull();
          return next.start(call.withDeadline(System.nanoTime() - 1, null), replies);
        };
    try (Fixture on = fixture(hurried)) {
      AgentException failure = failureOf(() -> on.channel.request(ASK, "q"));
      assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    }
  }

  @Test
  void interceptorMayEndTheCallItself() throws Exception {
    Interceptor refusing =
        (call, replies, next) -> {
          replies.end(new AgentException(Code.UNAUTHENTICATED, Outcome.NOT_SENT, "no token"));
          return Requests.ended();
        };
    try (Fixture on = fixture(refusing)) {
      assertThat(failureOf(() -> on.channel.request(ASK, "q"))).hasMessage("no token");
      assertThat(on.peer.started).isEmpty();
    }
  }

  @Test
  void interceptorThatThrowsFailsTheCallWhichWasNotSent() throws Exception {
    Interceptor faulty =
        (call, replies, next) -> {
          throw new IllegalStateException("on purpose");
        };
    try (Fixture on = fixture(faulty)) {
      AgentException failure = failureOf(() -> on.channel.request(ASK, "q"));
      assertThat(failure.code()).isEqualTo(Code.INTERNAL);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    }
  }

  @Test
  void interceptorThatThrowsLateCancelsWhatItStarted() throws Exception {
    Interceptor faulty =
        (call, replies, next) -> {
          var unused = next.start(call, replies);
          throw new IllegalStateException("on purpose");
        };
    try (Fixture on = new Fixture(exchange -> {}, Duration.ofSeconds(30), List.of(faulty))) {
      assertThat(failureOf(() -> on.channel.request(ASK, "q")).code()).isEqualTo(Code.INTERNAL);
      on.peer.next().awaitCancel();
    }
  }

  @Test
  void interceptorThatGivesNothingBackFailsTheCall() throws Exception {
    try (Fixture on = fixture((call, replies, next) -> null)) {
      assertThat(failureOf(() -> on.channel.request(ASK, "q")).code()).isEqualTo(Code.INTERNAL);
    }
  }

  private static Fixture fixture(Interceptor... interceptors) {
    return new Fixture(
        exchange -> exchange.onItem = given -> given.reply("a", true),
        Duration.ofSeconds(30),
        List.of(interceptors));
  }
}
