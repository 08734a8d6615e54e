package io.agentchannel.testkit.contract;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.TestCertificates;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract over endpoints with a host and a TCP port, with the faults of a {@linkplain
 * Fault#overTcp proxy}, and the configurations that such transports have in common:
 *
 * <pre>{@code
 * class WsTransportContractTest {
 *   @Nested
 *   class Plain implements SocketContract {
 *     public String listenAt() {
 *       return "ws://127.0.0.1:0";
 *     }
 *   }
 *
 *   @Nested
 *   class Tls extends SocketContract.FromFiles {
 *     public String listenAt() {
 *       return "wss://127.0.0.1:0";
 *     }
 *   }
 * }
 * }</pre>
 */
public interface SocketContract extends TransportContract {
  @Override
  default Fault faultBefore(URI endpoint) {
    return Fault.overTcp(endpoint);
  }

  /** Through a broker, which those in between may write to by design. */
  interface Brokered extends SocketContract {
    @Override
    default boolean isDirect() {
      return false;
    }
  }

  /**
   * Nobody in the middle has what it takes to pass anything on, a certificate for example; other
   * tests must show what becomes of him.
   */
  interface NobodyBetween extends SocketContract {
    @Override
    default @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }
  }

  /** With TLS, by certificates that the agents make of their own keys. */
  interface OfAgents extends NobodyBetween {
    @Override
    default Map<String, Object> config() {
      return Map.of("tls", "agent");
    }
  }

  /** With TLS, by a certificate for 127.0.0.1 from PEM files, which all agents show and trust. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract class FromFiles implements NobodyBetween {
    private Map<String, Object> files = Map.of();

    @BeforeAll
    void makeCertificate(@TempDir Path folder) throws Exception {
      files = TestCertificates.of(folder, "ip:127.0.0.1").config();
    }

    @Override
    public Map<String, Object> config() {
      return files;
    }
  }
}
