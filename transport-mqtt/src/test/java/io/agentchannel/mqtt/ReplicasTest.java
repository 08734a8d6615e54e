package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.TcpProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of one agent behind a shared subscription. */
@Timeout(60)
class ReplicasTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Unary<String, String> IDEMPOTENT = ECHO.idempotent();
  private static final Unary<String, String> WHO =
      Operation.unary("who", String.class, String.class);
  private static final CallOptions PATIENT = CallOptions.timeout(Duration.ofSeconds(40));

  private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

  private static final Map<String, String> QUICK =
      Map.of("keepAlive.interval", "500ms", "keepAlive.timeout", "500ms");

  private Agent replica(String broker, Path key, int number) {
    Map<String, String> config = new HashMap<>(QUICK);
    config.put("mqtt.group", "libraries");
    return TestAgents.named("library", config)
        .identity(key.toString())
        .listen(broker)
        .serve(
            ECHO,
            (text, call) -> {
              runs.computeIfAbsent(text, any -> new AtomicInteger()).incrementAndGet();
              return text;
            })
        .serve(WHO, (any, call) -> "replica " + number)
        .start();
  }

  @Test
  void threeServeWhileOneIsKilled(@TempDir Path folder) throws Exception {
    Path key = folder.resolve("library.pem");
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      LightBroker broker = Brokers.start();
      open.push(broker);
      TcpProxy lifeline = TcpProxy.to(URI.create(broker.uri()));
      open.push(lifeline);
      Agent doomed = replica(lifeline.through(URI.create(broker.uri())).toString(), key, 0);
      open.push(doomed);
      open.push(replica(broker.uri(), key, 1));
      open.push(replica(broker.uri(), key, 2));
      String target = broker.uri() + "/" + doomed.id();
      List<AgentChannel> channels = new ArrayList<>();
      Set<String> serving = new HashSet<>();
      while (serving.size() < 3) {
        Agent caller = TestAgents.named("caller", QUICK).start();
        open.push(caller);
        channels.add(caller.channel(target));
        serving.add(channels.get(channels.size() - 1).request(WHO, "", PATIENT));
      }

      List<CompletableFuture<String>> idempotent = new ArrayList<>();
      List<CompletableFuture<String>> others = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        AgentChannel channel = channels.get(i % channels.size());
        if (i % 2 == 0) {
          idempotent.add(channel.requestAsync(IDEMPOTENT, "idempotent " + i, PATIENT));
        } else {
          others.add(channel.requestAsync(ECHO, "once " + i, PATIENT));
        }
        if (i == 1_500) {
          lifeline.refuse();
          lifeline.cut();
        }
      }

      for (CompletableFuture<String> reply : idempotent) {
        assertThat(reply.get(40, TimeUnit.SECONDS)).startsWith("idempotent ");
      }
      int served = 0;
      for (int i = 0; i < others.size(); i++) {
        served += isServed("once " + (2 * i + 1), others.get(i)) ? 1 : 0;
      }
      assertThat(served).isGreaterThan(others.size() / 4);
      // A call that is not idempotent never runs twice, whatever became of it.
      runs.forEach(
          (text, count) -> {
            if (text.startsWith("once ")) {
              assertThat(count).as(text).hasValue(1);
            }
          });
    } finally {
      while (!open.isEmpty()) {
        open.pop().close();
      }
    }
  }

  /** If not, it has failed as promised: what was not sent has not run. */
  private boolean isServed(String text, CompletableFuture<String> reply) throws Exception {
    try {
      assertThat(reply.get(40, TimeUnit.SECONDS)).isEqualTo(text);
      assertThat(runs).containsKey(text);
      return true;
    } catch (ExecutionException failure) {
      assertThat(failure.getCause()).isInstanceOf(AgentException.class);
      AgentException why = (AgentException) failure.getCause();
      assertThat(why.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(why.outcome()).isIn(Outcome.UNKNOWN, Outcome.NOT_SENT);
      if (why.outcome() == Outcome.NOT_SENT) {
        assertThat(runs).doesNotContainKey(text);
      }
      return false;
    }
  }

  @Test
  void aCallerThatComesBackFindsTheReplicaThatItWasWith(@TempDir Path folder) throws Exception {
    Path key = folder.resolve("library.pem");
    List<Agent> replicas = new ArrayList<>();
    try (LightBroker broker = Brokers.start();
        TcpProxy proxy = TcpProxy.to(URI.create(broker.uri()));
        Agent caller = TestAgents.named("caller").start()) {
      for (int i = 0; i < 3; i++) {
        replicas.add(replica(broker.uri(), key, i));
      }
      AgentChannel channel =
          caller.channel(proxy.through(replicas.get(0).endpoints().get(0)).toString());
      String first = channel.request(WHO, "", PATIENT);
      for (int i = 0; i < 5; i++) {
        proxy.restart();
        assertThat(channel.request(WHO, "", PATIENT)).isEqualTo(first);
      }
    } finally {
      replicas.forEach(Agent::close);
    }
  }
}
