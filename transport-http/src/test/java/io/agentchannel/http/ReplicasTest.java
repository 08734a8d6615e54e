package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two replicas of an agent behind a balancer that gives each request to the other one. */
@Timeout(60)
class ReplicasTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"http+poll", "http+webhook"})
  void callsSucceedWithoutAffinity(String scheme) {
    try (Agent one = replica(scheme);
        Agent two = replica(scheme);
        HttpProxy balancer =
            HttpProxy.balancing(
                one.endpoints().get(0).getPort(), two.endpoints().get(0).getPort());
        Agent caller = Agent.start(config("caller", "ephemeral"))) {
      AgentChannel channel = caller.channel(scheme + "://127.0.0.1:" + balancer.port());
      for (int i = 0; i < 50; i++) {
        assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
      }
      try (ReplyStream<Integer> stream = channel.stream(COUNT, 2_000)) {
        int expected = 0;
        for (Integer item : stream) {
          assertThat(item).isEqualTo(expected++);
        }
        assertThat(expected).isEqualTo(2_000);
      }

      assertThat(channel.explain().toString()).contains("no affinity");
    }
  }

  @Test
  void aLinkThroughABalancerWithOneServerHasAffinity() {
    try (Agent one = replica("http+poll");
        HttpProxy balancer = HttpProxy.balancing(one.endpoints().get(0).getPort());
        Agent caller = Agent.start(config("caller", "ephemeral"))) {
      AgentChannel channel = caller.channel("http+poll://127.0.0.1:" + balancer.port());
      channel.request(ECHO, "x");

      assertThat(channel.explain().toString()).doesNotContain("no affinity");
    }
  }

  @Test
  void replicasOfACallerAreCalledBackThroughOneAddress() {
    int first = FreePorts.next();
    int second = FreePorts.next();
    try (Agent library = replica("http+webhook");
        HttpProxy balancer = HttpProxy.balancing(first, second);
        Agent one = calledBack(first, balancer);
        Agent two = calledBack(second, balancer)) {
      String endpoint = library.endpoints().get(0).toString();
      for (Agent caller : List.of(one, two)) {
        AgentChannel channel = caller.channel(endpoint);
        for (int i = 0; i < 50; i++) {
          assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
        }
        try (ReplyStream<Integer> stream = channel.stream(COUNT, 2_000)) {
          assertThat(stream).hasSize(2_000);
        }
      }

      assertThat(balancer.misdirected()).isPositive();
    }
  }

  private Agent calledBack(int port, HttpProxy balancer) {
    return Agent.builder(config("caller", folder.resolve("caller.pem").toString()))
        .set("webhook.listen", "127.0.0.1:" + port)
        .set("webhook.callback", "http://127.0.0.1:" + balancer.port())
        .start();
  }

  private Agent replica(String scheme) {
    return Agent.builder(config("library", folder.resolve("library.pem").toString()))
        .listen(scheme + "://127.0.0.1:0")
        .serve(ECHO, (text, call) -> text)
        .serveStream(
            COUNT,
            (count, out, call) -> {
              for (int i = 0; i < count; i++) {
                out.send(i);
              }
            })
        .start();
  }

  private static AgentConfig config(String name, String identity) {
    return AgentConfig.of(
        Map.of(
            "name",
            name,
            "identity",
            identity,
            "trust.policy",
            "open",
            "webhook.allow-private",
            true));
  }
}
