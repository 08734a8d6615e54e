package io.agentchannel.http;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;

class PollingLinkContractTest implements LinkContract {
  @Override
  public Transport newTransport() {
    return new HttpTransport();
  }

  @Override
  public String listenAt() {
    return "http+poll://127.0.0.1:0";
  }
}
