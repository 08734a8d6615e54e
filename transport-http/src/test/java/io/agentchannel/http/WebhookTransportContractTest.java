package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.ConnectProxy;
import io.agentchannel.testkit.TestCertificates;
import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.ManInTheMiddle;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract over webhooks: plain, and with TLS through a CONNECT proxy. */
class WebhookTransportContractTest {
  interface Webhooks extends TransportContract {
    @Override
    default Fault faultBefore(URI endpoint) {
      return CallbackFault.before(
          endpoint, endpoint.getScheme().startsWith("https") ? "https" : "http");
    }

    /** The ends of a link sign what they post: nobody in the middle can pass it on. */
    @Override
    default @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }
  }

  @Nested
  class Plain implements Webhooks {
    @Override
    public String listenAt() {
      return "http+webhook://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return ContractConfig.with(Map.of());
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class TlsThroughAProxy implements Webhooks {
    @TempDir static Path folder;

    private Map<String, Object> config = Map.of();
    private @Nullable ConnectProxy proxy;

    @BeforeAll
    void openProxy() throws Exception {
      proxy = ConnectProxy.open();
      Map<String, Object> more =
          new HashMap<>(TestCertificates.of(folder, "ip:127.0.0.1").config());
      more.put("proxy", proxy.uri());
      config = ContractConfig.with(more);
    }

    @AfterAll
    void closeProxy() {
      if (proxy != null) {
        assertThat(proxy.tunnels()).isPositive();
        proxy.close();
      }
    }

    @Override
    public String listenAt() {
      return "https+webhook://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return config;
    }
  }
}
