package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.testkit.ConnectProxy;
import io.agentchannel.testkit.TestCertificates;
import io.agentchannel.testkit.contract.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole agents with {@code proxy:} in their configuration. */
@Timeout(60)
class ProxiedAgentsTest {
  private static final String NAME = "library.invalid";
  private static final Unary<String, String> UP = Operation.unary("up", String.class, String.class);
  private static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);
  private static final int ITEMS = 20_000;

  @TempDir Path folder;

  private final LeakCheck leaks = LeakCheck.begin();
  private final ConnectProxy proxy = ConnectProxy.open();

  @AfterEach
  void leaveNothing() {
    proxy.close();
    leaks.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void callsGoThroughTheProxyAndAStreamSurvivesTheLossOfItsTunnel(String scheme) throws Exception {
    proxy.resolve(NAME, "127.0.0.1");
    proxy.demand("ann", "secret");
    Map<String, Object> tls = TestCertificates.of(folder, "dns:" + NAME).config();
    try (Agent library = library(scheme + "://127.0.0.1:0", tls);
        Agent caller =
            builder("caller", tls)
                .proxy(proxy.uri("ann", "secret"))
                .peers(peer(library, scheme + "://" + NAME + ":" + port(library)))
                .start()) {
      AgentChannel channel = caller.channel("library");
      assertThat(channel.request(UP, "hello")).isEqualTo("HELLO");

      int next = 0;
      try (ReplyStream<Integer> stream = channel.stream(COUNT, ITEMS)) {
        for (int item : stream) {
          assertThat(item).isEqualTo(next++);
          if (next == ITEMS / 2) {
            proxy.cut();
          }
        }
      }

      assertThat(next).isEqualTo(ITEMS);
      assertThat(proxy.tunnels()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aProxyThatRefusesIsNotGoneRound() {
    proxy.demand("ann", "secret");
    try (Agent library = library("ws://127.0.0.1:0", Map.of());
        Agent caller =
            builder("caller", Map.of())
                .proxy(proxy.uri("ann", "wrong"))
                .peers(peer(library, library.endpoints().get(0).toString()))
                .start()) {
      AgentException refused =
          catchThrowableOfType(
              AgentException.class,
              () ->
                  caller
                      .channel("library")
                      .request(UP, "x", CallOptions.timeout(Duration.ofSeconds(5))));

      assertThat(refused)
          .hasMessageContaining("does not take this user and password (407)")
          .hasMessageNotContaining("wrong");
      assertThat(proxy.asked()).isNotEmpty();
      assertThat(proxy.tunnels()).isZero();
    }
  }

  @Test
  void theSystemsProxyIsNotTakenToThisMachine() {
    try (Agent library = library("ws://127.0.0.1:0", Map.of());
        Agent caller =
            builder("caller", Map.of())
                .proxy("system")
                .peers(peer(library, library.endpoints().get(0).toString()))
                .start()) {
      assertThat(caller.channel("library").request(UP, "hello")).isEqualTo("HELLO");
      assertThat(proxy.asked()).isEmpty();
    }
  }

  private static Agent library(String listenAt, Map<String, Object> config) {
    return builder("library", config)
        .listen(listenAt)
        .serve(UP, (text, call) -> text.toUpperCase(Locale.ROOT))
        .serveStream(
            COUNT,
            (count, out, call) -> {
              for (int i : IntStream.range(0, count).toArray()) {
                out.send(i);
              }
            })
        .start();
  }

  private static AgentBuilder builder(String name, Map<String, Object> config) {
    Map<String, Object> all = new HashMap<>(config);
    all.put("name", name);
    all.put("identity", "ephemeral");
    all.put("trust.policy", "open");
    all.put("drain", "1s");
    all.put("reconnect.first", "5ms");
    return Agent.builder(AgentConfig.of(all));
  }

  private static Map<String, ?> peer(Agent library, String at) {
    return Map.of("library", Map.of("id", library.id().toString(), "at", List.of(at)));
  }

  private static int port(Agent library) {
    return library.endpoints().get(0).getPort();
  }
}
