package io.agentchannel.http;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;

/** Before any handshake: the links are those of callers that are not called back yet. */
class WebhookLinkContractTest implements LinkContract {
  @Override
  public Transport newTransport() {
    return new HttpTransport();
  }

  @Override
  public String listenAt() {
    return "http+webhook://127.0.0.1:0";
  }
}
