package io.agentchannel.testkit;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;

class MemoryLinkContractTest implements LinkContract {

  @Override
  public Transport newTransport() {
    return new MemoryTransport();
  }

  @Override
  public String listenAt() {
    return "memory://*";
  }
}
