package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Operation;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.testkit.ConnectProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that do not let requests wait, or let nothing out but through a proxy. */
@Timeout(60)
class SlowNetworksTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Topic<String> NEWS = Topic.of("news", String.class);

  @ParameterizedTest
  @ValueSource(strings = {"?poll=interval", "?poll=50ms", "?poll=1s"})
  void intervalsDoWithoutRequestsThatWait(String query) throws Exception {
    try (Agent library = library("http+poll://127.0.0.1:0");
        Agent caller = Agent.start(config("caller", Map.of()))) {
      AgentChannel channel = caller.channel(library.endpoints().get(0) + query);
      for (int i = 0; i < 10; i++) {
        assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
      }
      BlockingQueue<String> events = new LinkedBlockingQueue<>();
      EventSubscription subscription = channel.subscribe(NEWS, collect(events));
      subscription.accepted().toCompletableFuture().get(20, TimeUnit.SECONDS);
      library.publish(NEWS, "something has happened");

      assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("something has happened");
      subscription.close();
    }
  }

  @Test
  void anIdleLinkSaysNothingButItsPolls() {
    try (Agent library = library("http+poll://127.0.0.1:0");
        HttpProxy proxy = HttpProxy.balancing(library.endpoints().get(0).getPort());
        Agent caller = Agent.start(config("caller", Map.of()))) {
      AgentChannel channel = caller.channel("http+poll://127.0.0.1:" + proxy.port());
      assertThat(channel.request(ECHO, "then silence")).isEqualTo("then silence");

      AtomicInteger seen = new AtomicInteger(-1);
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .during(Duration.ofSeconds(2))
          .until(() -> seen.getAndSet(proxy.responses()) == proxy.responses());
    }
  }

  @Test
  void aPollThatIsCutWaitsLessTheNextTime() throws Exception {
    try (Agent library = library("http+poll://127.0.0.1:0");
        HttpProxy proxy =
            HttpProxy.lossy(library.endpoints().get(0).getPort(), 0, /* idleMillis= */ 1_500);
        Agent caller = Agent.start(config("caller", Map.of()))) {
      AgentChannel channel = caller.channel("http+poll://127.0.0.1:" + proxy.port());
      BlockingQueue<String> events = new LinkedBlockingQueue<>();
      EventSubscription subscription = channel.subscribe(NEWS, collect(events));
      subscription.accepted().toCompletableFuture().get(20, TimeUnit.SECONDS);
      // The proxy cuts the first poll; the next ones end by themselves.
      await().atMost(Duration.ofSeconds(30)).until(() -> proxy.cut() == 1);
      int before = proxy.responses();
      await().atMost(Duration.ofSeconds(30)).until(() -> proxy.responses() >= before + 2);
      library.publish(NEWS, "still there");

      assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("still there");
      assertThat(proxy.cut()).isEqualTo(1);
      subscription.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http+poll", "http+webhook"})
  void callsGoThroughAConnectProxy(String scheme) {
    try (ConnectProxy proxy = ConnectProxy.open();
        Agent library = library(scheme + "://127.0.0.1:0");
        Agent caller =
            Agent.start(config("caller", Map.of("proxy", proxy.uri("planner", "s3cret"))))) {
      proxy.demand("planner", "s3cret");
      proxy.resolve("library.example", "127.0.0.1");
      AgentChannel channel =
          caller.channel(
              scheme + "://library.example:" + library.endpoints().get(0).getPort() + "/");
      for (int i = 0; i < 20; i++) {
        assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
      }

      assertThat(proxy.asked())
          .isNotEmpty()
          .allMatch(
              asked -> asked.equals("library.example:" + library.endpoints().get(0).getPort()));
    }
  }

  private static EventHandler<String> collect(BlockingQueue<String> events) {
    return events::add;
  }

  private static Agent library(String listen) {
    return Agent.builder(config("library", Map.of()))
        .listen(listen)
        .serve(ECHO, (text, call) -> text)
        .topic(NEWS)
        .start();
  }

  private static AgentConfig config(String name, Map<String, Object> more) {
    Map<String, Object> config = new java.util.HashMap<>(more);
    config.put("name", name);
    config.put("identity", "ephemeral");
    config.put("trust.policy", "open");
    config.put("webhook.allow-private", true);
    return AgentConfig.of(config);
  }
}
