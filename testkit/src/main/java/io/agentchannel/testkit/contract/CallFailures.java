package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.COUNT;
import static io.agentchannel.testkit.contract.Ops.DOUBLE;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static io.agentchannel.testkit.contract.Ops.KIB;
import static io.agentchannel.testkit.contract.Ops.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import io.agentchannel.Unary;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** How calls fail, and that what else is going on does not mind. */
interface CallFailures extends TransportSetup {

  @Test
  default void aHandlersOwnFailureKeepsItsWordsAndDetails(World world) {
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      throw AgentException.application("no such book", Map.of("isbn", text));
                    }));
    AgentChannel channel = world.channelTo(library);
    AgentException failure = World.failureOf(() -> channel.request(ECHO, "12"));

    assertThat(failure.code()).isEqualTo(Code.APPLICATION);
    assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(failure).hasMessage("no such book");
    assertThat(failure.details()).containsExactly(Map.entry("isbn", "12"));
  }

  @Test
  default void anUnexpectedFailureTellsTheCallerNothing(World world) {
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      throw new IllegalStateException("the password is swordfish");
                    }));
    AgentChannel channel = world.channelTo(library);
    AgentException failure = World.failureOf(() -> channel.request(ECHO, "x"));

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(failure.toString()).doesNotContain("swordfish").doesNotContain("IllegalState");
    assertThat(failure.details().toString()).doesNotContain("swordfish");
  }

  @Test
  default void anUnknownOperationIsUnimplementedAndNotSent(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    AgentChannel channel = world.channelTo(library);
    AgentException failure = World.failureOf(() -> channel.request(RAW, Ops.bytes(10)));

    assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(channel.request(ECHO, "unharmed")).isEqualTo("unharmed");
  }

  @Test
  default void anUnknownStreamFailsWhenItIsRead(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    try (ReplyStream<Integer> stream = world.channelTo(library).stream(COUNT, 3)) {
      AgentException failure = World.failureOf(() -> stream.iterator().hasNext());

      assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    }
  }

  @Test
  default void anUnreadableRequestIsRefusedBeforeTheHandlerRuns(World world) {
    AtomicInteger runs = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serve(
                    DOUBLE,
                    (number, call) -> {
                      runs.incrementAndGet();
                      return 2 * number;
                    }));
    AgentChannel channel = world.channelTo(library);
    Unary<Payload, Payload> sameName = Operation.raw(DOUBLE.name());
    AgentException failure =
        World.failureOf(() -> channel.request(sameName, Payload.ofJson("{\"broken\":")));

    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(channel.request(DOUBLE, 21)).isEqualTo(42);
    assertThat(runs).hasValue(1);
  }

  @Test
  default void aMessageOverTheLimitIsRefusedAndHarmsNobody(World world) {
    Agent library =
        world.library(
            b -> b.maxMessage(64 * KIB).serve(RAW, (payload, call) -> Ops.bytes(payload.size())));
    AgentChannel channel = world.channelTo(library);
    AgentException failure = World.failureOf(() -> channel.request(RAW, Ops.bytes(1024 * KIB)));

    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(channel.request(RAW, Ops.bytes(64 * KIB)).size()).isEqualTo(64 * KIB);
  }

  @Test
  default void aKeyWithAnotherRequestIsRefused(World world) {
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    AgentChannel channel = world.channelTo(library);
    CallOptions key = CallOptions.key("order-7");
    channel.request(ECHO, "one", key);
    AgentException failure = World.failureOf(() -> channel.request(ECHO, "two", key));

    assertThat(failure.code()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(channel.request(ECHO, "one", key)).isEqualTo("one");
  }

  @Test
  default void anAgentOfAnotherNameIsNotFound(World world) throws Exception {
    // Elsewhere a name is not enough to begin with: anybody in between could answer to it.
    Assumptions.assumeTrue(isDirect(), "needs a link with nobody in between");
    Agent library = world.library(b -> b.serve(ECHO, (text, call) -> text));
    URI endpoint = world.endpoint(library);
    String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
    String text = endpoint.toString();
    int query = text.indexOf('?');
    String base = query < 0 ? text : text.substring(0, query);
    String rest = query < 0 ? "" : text.substring(query);
    String slash = path.endsWith("/") ? "" : "/";
    Agent caller = world.caller();
    AgentException failure =
        World.failureOf(
            () -> caller.channel(base + slash + "nobody" + rest).request(ECHO, "hello"));

    assertThat(failure.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(caller.channel(base + slash + "library" + rest).request(ECHO, "hello"))
        .isEqualTo("hello");
  }

  @Test
  default void moreCallsThanAllowedAreRefusedAndNotSent(World world) throws Exception {
    Gate gate = new Gate();
    Agent library =
        world.library(
            b ->
                b.maxExchanges(2)
                    .serve(
                        ECHO,
                        (text, call) -> {
                          gate.pass();
                          return text;
                        }));
    AgentChannel channel = world.channelTo(library);
    var first = channel.requestAsync(ECHO, "1");
    var second = channel.requestAsync(ECHO, "2");
    gate.awaitArrivals(2);
    AgentException failure = World.failureOf(() -> channel.request(ECHO, "3"));

    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    gate.open();
    assertThat(World.get(first)).isEqualTo("1");
    assertThat(World.get(second)).isEqualTo("2");
  }
}
