package io.agentchannel.http;

import org.junit.jupiter.api.Nested;

/** The whole contract over long polls: plain, and with TLS through a CONNECT proxy. */
class PollingTransportContractTest {

  @Nested
  class Plain implements HttpContract {
    @Override
    public String listenAt() {
      return "http+poll://127.0.0.1:0";
    }
  }

  @Nested
  class TlsThroughAProxy extends HttpContract.ThroughAProxy {
    @Override
    public String listenAt() {
      return "https+poll://127.0.0.1:0";
    }
  }
}
