package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker's process is killed under load and started again: nothing is lost or done twice. */
@Timeout(60)
@EnabledIf(value = "isInstalled", disabledReason = "there is no mosquitto on the PATH")
class KilledMosquittoTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);
  private static final CallOptions PATIENT = CallOptions.timeout(Duration.ofSeconds(40));
  private static final int KILLS = 3;
  private static final int CALLS_EACH = 300;
  private static final int ITEMS = 50_000;
  private static final int ITEMS_EACH = 5_000;

  private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

  static boolean isInstalled() {
    return Mosquitto.isInstalled();
  }

  private static AgentBuilder agent(String name, int qos) {
    return Agent.builder(
        AgentConfig.of(
            Map.of(
                "name", name,
                "identity", "ephemeral",
                "trust.policy", "open",
                "drain", "100ms",
                "reconnect.max", "100ms",
                "mqtt.qos", qos)));
  }

  private Agent library(String uri, int qos) {
    return agent("library", qos)
        .listen(uri)
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
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void callsAndStreamsSurviveIt(int qos, @TempDir Path folder) throws Exception {
    Mosquitto broker = Mosquitto.startWhereOneCanReturn(folder);
    try (Agent library = library(broker.uri(), qos);
        Agent caller = agent("caller", qos).start()) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      List<CompletableFuture<String>> replies = new ArrayList<>();
      try (ReplyStream<Integer> stream = channel.stream(COUNT, ITEMS)) {
        Iterator<Integer> items = stream.iterator();
        int next = 0;
        for (int kill = 0; kill < KILLS; kill++) {
          for (int i = 0; i < CALLS_EACH; i++) {
            replies.add(channel.requestAsync(ECHO, kill + "/" + i, PATIENT));
          }
          for (int taken = 0; taken < ITEMS_EACH; taken++) {
            assertThat(items.next()).isEqualTo(next++);
          }
          broker.kill();
          broker = Mosquitto.startAt(broker.port(), folder);
        }
        while (items.hasNext()) {
          assertThat(items.next()).isEqualTo(next++);
        }
        assertThat(next).isEqualTo(ITEMS);
      }

      for (CompletableFuture<String> reply : replies) {
        assertThat(reply.get(40, TimeUnit.SECONDS)).isNotEmpty();
      }
      assertThat(runs).hasSize(KILLS * CALLS_EACH);
      assertThat(runs.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    } finally {
      broker.close();
    }
  }
}
