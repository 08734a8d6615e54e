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

/** The whole contract over long polls: plain, and with TLS through a CONNECT proxy. */
class PollingTransportContractTest {

  interface Polling extends TransportContract {
    @Override
    default Fault faultBefore(URI endpoint) {
      return Fault.overTcp(endpoint);
    }
  }

  @Nested
  class Plain implements Polling {
    @Override
    public String listenAt() {
      return "http+poll://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return ContractConfig.with(Map.of());
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class TlsThroughAProxy implements Polling {
    @TempDir static Path folder;

    private Map<String, Object> config = Map.of();
    private @Nullable ConnectProxy proxy;

    /** Nobody in the middle has a certificate. */
    @Override
    public @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }

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
      return "https+poll://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return config;
    }
  }
}
