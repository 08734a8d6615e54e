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

/** The whole contract behind proxies that are hard on long requests; see {@link LossySchemes}. */
class LossyNetworkContractTest {

  @Nested
  class Polling implements TransportContract {
    @Override
    public String listenAt() {
      return "lossy+http+poll://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return ContractConfig.with(Map.of());
    }

    @Override
    public Fault faultBefore(URI endpoint) {
      return Fault.overTcp(endpoint);
    }
  }

  @Nested
  class Webhooks implements TransportContract {
    @Override
    public String listenAt() {
      return "lossy+http+webhook://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return ContractConfig.with(Map.of());
    }

    @Override
    public Fault faultBefore(URI endpoint) {
      return CallbackFault.beforeLossy(endpoint);
    }

    /** The ends of a webhook link sign what they post: nobody in the middle can pass it on. */
    @Override
    public @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }
  }
}
