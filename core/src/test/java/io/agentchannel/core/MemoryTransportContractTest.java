package io.agentchannel.core;

import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
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

  @Nested
  class Delayed implements Memory {
    @Override
    public String listenAt() {
      return "hostile+memory://*?hostile.delayMicros=1000&hostile.seed=7";
    }
  }
}
