package io.agentchannel.http;

import io.agentchannel.testkit.contract.Fault;
import java.net.URI;
import org.junit.jupiter.api.Nested;

/** The whole contract behind proxies that are hard on long requests; see {@link LossySchemes}. */
class LossyNetworkContractTest {

  @Nested
  class Polling implements HttpContract {
    @Override
    public String listenAt() {
      return "lossy+http+poll://127.0.0.1:0";
    }
  }

  @Nested
  class Webhooks implements HttpContract.Webhooks {
    @Override
    public String listenAt() {
      return "lossy+http+webhook://127.0.0.1:0";
    }

    @Override
    public Fault faultBefore(URI endpoint) {
      return CallbackFault.beforeLossy(endpoint);
    }
  }
}
