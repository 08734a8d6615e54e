package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.RouteReport;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker dies and comes back, under load: nothing is lost, and nothing is done twice. */
@Timeout(60)
class BrokerRestartTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);
  private static final CallOptions PATIENT = CallOptions.timeout(Duration.ofSeconds(40));

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void callsAndStreamsSurviveIt(int qos) throws Exception {
    Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    LightBroker broker = Brokers.startWhereOneCanReturn();
    int port = broker.port();
    Map<String, ?> config = Map.of("mqtt.qos", qos);
    try (Agent library =
            TestAgents.named("library", config)
                .listen(broker.uri())
                .serve(
                    ECHO,
                    (text, call) -> {
                      runs.computeIfAbsent(text, any -> new AtomicInteger()).incrementAndGet();
                      return text;
                    })
                .serveStream(
                    COUNT,
                    (count, out, call) -> {
                      for (int i = 0; i < count; i++) {
                        out.send(i);
                      }
                    })
                .start();
        Agent caller = TestAgents.named("caller", config).start()) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      assertThat(channel.request(ECHO, "first", PATIENT)).isEqualTo("first");
      List<CompletableFuture<String>> replies = new ArrayList<>();
      try (ReplyStream<Integer> stream = channel.stream(COUNT, 50_000)) {
        Iterator<Integer> items = stream.iterator();
        int next = 0;
        for (int restart = 0; restart < 3; restart++) {
          for (int i = 0; i < 300; i++) {
            replies.add(channel.requestAsync(ECHO, restart + "/" + i, PATIENT));
          }
          for (int taken = 0; taken < 5_000; taken++) {
            assertThat(items.next()).isEqualTo(next++);
          }
          broker.close();
          broker = Brokers.startAt(port);
        }
        while (items.hasNext()) {
          assertThat(items.next()).isEqualTo(next++);
        }
        assertThat(next).isEqualTo(50_000);
      }

      for (CompletableFuture<String> reply : replies) {
        assertThat(reply.get(30, TimeUnit.SECONDS)).isNotEmpty();
      }
      assertThat(runs).hasSize(901);
      assertThat(runs.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    } finally {
      broker.close();
    }
  }

  @Test
  void aCallWaitsForItsBrokerUntilItsDeadline() throws Exception {
    LightBroker broker = Brokers.startWhereOneCanReturn();
    int port = broker.port();
    try (Agent library =
            TestAgents.named("library")
                .listen(broker.uri())
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = TestAgents.named("caller").start()) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      assertThat(channel.request(ECHO, "first", PATIENT)).isEqualTo("first");
      broker.close();
      CompletableFuture<String> patient = channel.requestAsync(ECHO, "patient", PATIENT);
      CallOptions soon = CallOptions.timeout(Duration.ofMillis(500));

      // Why there is no connection tells more than that the time is up, and comes first.
      assertThatThrownBy(() -> channel.request(ECHO, "hurried", soon))
          .rootCause()
          .isInstanceOfSatisfying(
              AgentException.class,
              why -> assertThat(why.code()).isEqualTo(Code.DEADLINE_EXCEEDED));
      assertThat(patient).isNotDone();
      broker = Brokers.startAt(port);
      assertThat(patient.get(30, TimeUnit.SECONDS)).isEqualTo("patient");
    } finally {
      broker.close();
    }
  }

  @Test
  void aSilentBrokerIsNoticedWithinTheKeepAlive() throws Exception {
    Map<String, String> quick =
        Map.of("keepAlive.interval", "2s", "keepAlive.timeout", "1s", "mqtt.connectTimeout", "1s");
    Duration slack = Duration.ofSeconds(2);
    try (LightBroker broker = Brokers.start();
        TcpProxy proxy = TcpProxy.to(URI.create(broker.uri()));
        Agent library =
            TestAgents.named("library", quick)
                .listen(broker.uri())
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = TestAgents.named("caller", quick).start()) {
      AgentChannel channel = caller.channel(proxy.through(library.endpoints().get(0)).toString());
      assertThat(channel.request(ECHO, "first", PATIENT)).isEqualTo("first");
      proxy.freeze();

      await()
          .atMost(Duration.ofSeconds(3).plus(slack))
          .until(() -> channel.explain().routes().get(0).state() != RouteReport.State.CONNECTED);
      proxy.thaw();
      assertThat(channel.request(ECHO, "again", PATIENT)).isEqualTo("again");
    }
  }

  @Test
  void anAgentStartsWithoutItsBrokerAndIsThereWhenThatComes() throws Exception {
    LightBroker broker = Brokers.startWhereOneCanReturn();
    int port = broker.port();
    String uri = broker.uri();
    broker.close();
    try (Agent library =
            TestAgents.named("library").listen(uri).serve(ECHO, (text, call) -> text).start();
        Agent caller = TestAgents.named("caller").start()) {
      CompletableFuture<String> reply =
          caller
              .channel(library.endpoints().get(0).toString())
              .requestAsync(ECHO, "early", PATIENT);
      try (LightBroker late = Brokers.startAt(port)) {
        assertThat(reply.get(30, TimeUnit.SECONDS)).isEqualTo("early");
        assertThat(late.port()).isEqualTo(port);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherBrokerStandsInForTheOneThatIsGone(boolean inConfig) throws Exception {
    LightBroker first = Brokers.start();
    try (LightBroker second = Brokers.start()) {
      String other = second.uri().substring("mqtt://".length());
      String uri = inConfig ? first.uri() : first.uri() + "," + other;
      Map<String, ?> config = inConfig ? Map.of("mqtt.brokers", List.of(other)) : Map.of();
      try (Agent library =
              TestAgents.named("library", config)
                  .listen(uri)
                  .serve(ECHO, (text, call) -> text)
                  .start();
          Agent caller = TestAgents.named("caller", config).start()) {
        AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
        assertThat(channel.request(ECHO, "first", PATIENT)).isEqualTo("first");
        first.close();

        await().untilAsserted(() -> assertThat(channel.explain().routes()).isNotEmpty());
        assertThat(channel.request(ECHO, "second", PATIENT)).isEqualTo("second");
      }
    }
  }

  @Test
  void anotherBrokerStandsInForTheOneThatFallsSilent() throws Exception {
    Map<String, String> quick =
        Map.of(
            "keepAlive.interval", "500ms",
            "keepAlive.timeout", "500ms",
            "mqtt.connectTimeout", "500ms");
    try (LightBroker first = Brokers.start();
        LightBroker second = Brokers.start();
        TcpProxy proxy = TcpProxy.to(URI.create(first.uri()))) {
      String uri =
          proxy.through(URI.create(first.uri())) + "," + second.uri().substring("mqtt://".length());
      try (Agent library =
              TestAgents.named("library", quick)
                  .listen(uri)
                  .serve(ECHO, (text, call) -> text)
                  .start();
          Agent caller = TestAgents.named("caller", quick).start()) {
        AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
        assertThat(channel.request(ECHO, "first", PATIENT)).isEqualTo("first");
        proxy.freeze();

        // Nobody is told: the ends find out, each for itself.
        assertThat(channel.request(ECHO, "second", PATIENT)).isEqualTo("second");
        proxy.thaw();
      }
    }
  }
}
