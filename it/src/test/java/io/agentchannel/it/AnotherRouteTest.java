package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call outlives the transport that it began on where there is another way to the same peer. */
@Timeout(30)
class AnotherRouteTest {
  private static final Unary<String, String> THINK =
      Operation.unary("think", String.class, String.class);
  private static final Unary<String, String> PING =
      Operation.unary("ping", String.class, String.class);
  private static final CallOptions PATIENT = CallOptions.timeout(Duration.ofSeconds(20));

  private final CountDownLatch thinking = new CountDownLatch(1);
  private final CountDownLatch thought = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  private static AgentBuilder agent(String name) {
    return Agent.builder(
        AgentConfig.of(
            Map.of(
                "name", name,
                "identity", "ephemeral",
                "trust.policy", "open",
                "drain", "100ms")));
  }

  private String think(String about) throws InterruptedException {
    runs.incrementAndGet();
    thinking.countDown();
    thought.await();
    return about + ", thought over";
  }

  @Test
  void aCallThroughABrokerEndsOverWebSocketWhenTheBrokerHasGone() throws Exception {
    LightBroker broker = LightBroker.start("127.0.0.1", 0);
    try (Agent library =
            agent("library")
                .listen(broker.uri())
                .serve(THINK, (about, call) -> think(about))
                .start();
        Agent caller =
            agent("caller").listen("ws://127.0.0.1:0").serve(PING, (text, call) -> text).start()) {
      CompletableFuture<String> reply =
          caller.channel(library.endpoints().get(0).toString()).requestAsync(THINK, "it", PATIENT);
      thinking.await();
      // The same two processes, the other way round.
      library.channel(caller.endpoints().get(0).toString()).request(PING, "there?", PATIENT);

      broker.close();
      thought.countDown();

      assertThat(reply.get(20, TimeUnit.SECONDS)).isEqualTo("it, thought over");
      assertThat(runs).hasValue(1);
    } finally {
      broker.close();
    }
  }
}
