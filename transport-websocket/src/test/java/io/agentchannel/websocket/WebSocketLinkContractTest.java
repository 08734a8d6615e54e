package io.agentchannel.websocket;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;

class WebSocketLinkContractTest implements LinkContract {
  @Override
  public Transport newTransport() {
    return new WebSocketTransport();
  }

  @Override
  public String listenAt() {
    return "ws://127.0.0.1:0";
  }
}
