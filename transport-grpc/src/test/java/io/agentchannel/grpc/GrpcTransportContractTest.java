package io.agentchannel.grpc;

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

/**
 * The whole contract over real sockets: plain, with TLS from PEM files and of the agents, and ill
 * behaved.
 */
class GrpcTransportContractTest {

  interface OverGrpc extends TransportContract {
    @Override
    default Fault faultBefore(URI endpoint) {
      return Fault.overTcp(endpoint);
    }
  }

  @Nested
  class Plain implements OverGrpc {
    @Override
    public String listenAt() {
      return "grpc://127.0.0.1:0";
    }
  }

  @Nested
  class SmallPackets implements OverGrpc {
    @Override
    public String listenAt() {
      return "hostile+grpc://127.0.0.1:0?hostile.maxPacket=4096";
    }
  }

  /** Nobody in the middle has a certificate; other tests show what becomes of him. */
  interface OverTls extends OverGrpc {
    @Override
    default @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }
  }

  @Nested
  class AgentCertificates implements OverTls {
    @Override
    public String listenAt() {
      return "grpcs://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of("tls", "agent");
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Tls implements OverTls {
    @TempDir static Path folder;

    private Map<String, Object> files = Map.of();

    @BeforeAll
    void makeCertificate() throws Exception {
      files = TestCertificates.of(folder, "ip:127.0.0.1").config();
    }

    @Override
    public String listenAt() {
      return "grpcs://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return files;
    }
  }
}
