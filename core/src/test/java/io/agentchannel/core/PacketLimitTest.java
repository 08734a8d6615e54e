package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Status;
import io.agentchannel.testkit.contract.LeakCheck;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacketLimitTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  @Test
  void morePacketsThanAllowedEndThatPeersLinkAlone() throws Exception {
    LeakCheck leaks = LeakCheck.begin();
    try (Agent agent =
            Agent.builder(config("library"))
                .listen("memory://*")
                .drain(Duration.ofMillis(100))
                .maxPackets(200)
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent bystander = Agent.start(config("bystander"));
        RawPeer peer = RawPeer.shakeHands(agent.endpoints().get(0))) {
      String endpoint = agent.endpoints().get(0).toString();
      assertThat(bystander.channel(endpoint).request(ECHO, "before")).isEqualTo("before");
      for (int i = 0; i < 1000 && !peer.closed().isDone(); i++) {
        peer.sendIfOpen(Envelope.ping(i));
      }

      Status farewell = peer.farewell();
      assertThat(farewell.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(farewell.message()).contains("limits.packets");
      assertThat(bystander.channel(endpoint).request(ECHO, "after")).isEqualTo("after");
      assertThat(bystander.channel(endpoint).explain().routes().get(0).failures()).isZero();
    }
    leaks.assertNothingLeft();
  }

  private static AgentConfig config(String name) {
    return AgentConfig.of(Map.of("name", name, "identity", "ephemeral", "trust.policy", "open"));
  }
}
