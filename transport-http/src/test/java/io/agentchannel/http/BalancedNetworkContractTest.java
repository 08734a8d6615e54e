package io.agentchannel.http;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.ManInTheMiddle;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The whole contract through a balancer that knows no affinity; see {@link BalancedSchemes}. Each
 * request is made twice on the average and over new connections, which takes its time: this is for
 * the long form, and {@link ReplicasTest} for every build.
 */
@EnabledIfSystemProperty(named = "contract.long", matches = "true")
class BalancedNetworkContractTest {

  interface Balanced extends TransportContract {
    @Override
    default Map<String, Object> config() {
      return ContractConfig.with(Map.of());
    }

    /** What a man in the middle would do, he does to links without a balancer. */
    @Override
    default @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }
  }

  @Nested
  class Polling implements Balanced {
    @Override
    public String listenAt() {
      return "balanced+http+poll://127.0.0.1:0";
    }

    @Override
    public Fault faultBefore(URI endpoint) {
      return Fault.overTcp(endpoint);
    }
  }

  @Nested
  class Webhooks implements Balanced {
    @Override
    public String listenAt() {
      return "balanced+http+webhook://127.0.0.1:0";
    }

    @Override
    public Fault faultBefore(URI endpoint) {
      return CallbackFault.before(endpoint, "http");
    }
  }
}
