package io.agentchannel.grpc;

import io.agentchannel.testkit.contract.SocketContract;
import org.junit.jupiter.api.Nested;

/**
 * The whole contract over real sockets: plain, with TLS from PEM files and of the agents, and ill
 * behaved.
 */
class GrpcTransportContractTest {

  @Nested
  class Plain implements SocketContract {
    @Override
    public String listenAt() {
      return "grpc://127.0.0.1:0";
    }
  }

  @Nested
  class SmallPackets implements SocketContract {
    @Override
    public String listenAt() {
      return "hostile+grpc://127.0.0.1:0?hostile.maxPacket=4096";
    }
  }

  @Nested
  class AgentCertificates implements SocketContract.OfAgents {
    @Override
    public String listenAt() {
      return "grpcs://127.0.0.1:0";
    }
  }

  @Nested
  class Tls extends SocketContract.FromFiles {
    @Override
    public String listenAt() {
      return "grpcs://127.0.0.1:0";
    }
  }
}
