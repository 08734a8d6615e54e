package io.agentchannel.http;

import io.agentchannel.testkit.contract.SocketContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The whole contract through a balancer that knows no affinity; see {@link BalancedSchemes}. Each
 * request is made twice on the average and over new connections, which takes its time: this is for
 * the long form, and {@link ReplicasTest} for every build.
 */
@EnabledIfSystemProperty(named = "contract.long", matches = "true")
class BalancedNetworkContractTest {

  /** What a man in the middle would do, he does to links without a balancer. */
  @Nested
  class Polling implements HttpContract, SocketContract.NobodyBetween {
    @Override
    public String listenAt() {
      return "balanced+http+poll://127.0.0.1:0";
    }
  }

  @Nested
  class Webhooks implements HttpContract.Webhooks {
    @Override
    public String listenAt() {
      return "balanced+http+webhook://127.0.0.1:0";
    }
  }
}
