package io.agentchannel.http;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.TestCertificates;
import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.ManInTheMiddle;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract over long polls: plain, and with TLS from PEM files. */
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
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Tls implements Polling {
    @TempDir static Path folder;

    private Map<String, Object> files = Map.of();

    /** Nobody in the middle has a certificate. */
    @Override
    public @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }

    @BeforeAll
    void makeCertificate() throws Exception {
      files = TestCertificates.of(folder, "ip:127.0.0.1").config();
    }

    @Override
    public String listenAt() {
      return "https+poll://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return files;
    }
  }
}
