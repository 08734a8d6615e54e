package io.agentchannel.testkit;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** Whatever keeps the promises of a link must pass as one, hostile or not. */
class HostileLinkContractTest {

  private abstract static class OverMemory implements LinkContract {
    abstract Hostility hostility();

    @Override
    public Transport newTransport() {
      return HostileTransport.around(new MemoryTransport(), hostility());
    }

    @Override
    public String listenAt() {
      return "memory://*";
    }
  }

  @Nested
  class Harmless extends OverMemory {
    @Override
    Hostility hostility() {
      return Hostility.none();
    }
  }

  @Nested
  class TinyPacketsOneAtATime extends OverMemory {
    @Override
    Hostility hostility() {
      return Hostility.none().maxPacket(1200).oneAtATime();
    }
  }

  @Nested
  class Delayed extends OverMemory {
    @Override
    Hostility hostility() {
      return Hostility.none().delay(Duration.ofMillis(1)).seed(7);
    }
  }
}
