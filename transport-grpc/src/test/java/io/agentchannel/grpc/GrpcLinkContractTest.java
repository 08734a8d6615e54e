package io.agentchannel.grpc;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;

class GrpcLinkContractTest implements LinkContract {
  @Override
  public Transport newTransport() {
    return new GrpcTransport();
  }

  @Override
  public String listenAt() {
    return "grpc://127.0.0.1:0";
  }
}
