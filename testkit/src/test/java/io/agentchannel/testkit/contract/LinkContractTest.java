package io.agentchannel.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.HostileTransport;
import io.agentchannel.testkit.Hostility;
import io.agentchannel.testkit.MemoryTransport;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The contract objects to transports that do not keep to it. */
class LinkContractTest {

  @Test
  void duplicatesAreFound() {
    assertObjects(Hostility.none().duplicate(1));
  }

  @Test
  void reorderingIsFound() {
    assertObjects(Hostility.none().reorder(1));
  }

  @Test
  void aBreakInTheMiddleIsFound() {
    assertObjects(Hostility.none().cutAfterSent(100));
  }

  private static void assertObjects(Hostility hostility) {
    LinkContract faulty = new Faulty(hostility);
    try (LinkRig rig = new LinkRig(faulty)) {
      Throwable objection =
          catchThrowable(() -> faulty.packetsKeepTheirOrderAndBoundariesBothWays(rig));
      // A failure of the thread that sends comes wrapped.
      assertThat(objection instanceof ExecutionException ? objection.getCause() : objection)
          .isInstanceOf(AssertionError.class);
    }
  }

  private record Faulty(Hostility hostility) implements LinkContract {
    @Override
    public Transport newTransport() {
      return HostileTransport.around(new MemoryTransport(), hostility);
    }

    @Override
    public String listenAt() {
      return "memory://*";
    }
  }
}
