package io.agentchannel.core;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.ManInTheMiddle;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The whole contract over the reference transport, well behaved and not. */
class MemoryTransportContractTest {

  interface Memory extends TransportContract {
    @Override
    default Fault faultBefore(URI endpoint) {
      return Fault.inMemory(endpoint);
    }
  }

  @Nested
  class Plain implements Memory {
    @Override
    public String listenAt() {
      return "memory://*";
    }
  }

  @Nested
  class TinyPacketsOneAtATime implements Memory {
    @Override
    public String listenAt() {
      return "hostile+memory://*?hostile.maxPacket=4096&hostile.oneAtATime";
    }
  }

  /** Others can write into the links, and nothing holds a sender back but acknowledgements. */
  @Nested
  class Brokered implements Memory {
    @Override
    public String listenAt() {
      return "hostile+memory://*?hostile.path=brokered";
    }

    @Override
    public boolean isDirect() {
      return false;
    }

    @Override
    public ManInTheMiddle middleBefore(URI endpoint, AgentId id, ManInTheMiddle.Script script)
        throws Exception {
      return ManInTheMiddle.between(URI.create(listenAt()), endpoint, id, Map.of(), script);
    }
  }

  @Nested
  class Delayed implements Memory {
    @Override
    public String listenAt() {
      return "hostile+memory://*?hostile.delayMicros=1000&hostile.seed=7";
    }
  }
}
