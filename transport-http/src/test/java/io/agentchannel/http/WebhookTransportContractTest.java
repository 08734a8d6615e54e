package io.agentchannel.http;

import org.junit.jupiter.api.Nested;

/** The whole contract over webhooks: plain, and with TLS through a CONNECT proxy. */
class WebhookTransportContractTest {

  @Nested
  class Plain implements HttpContract.Webhooks {
    @Override
    public String listenAt() {
      return "http+webhook://127.0.0.1:0";
    }
  }

  @Nested
  class TlsThroughAProxy extends HttpContract.ThroughAProxy implements HttpContract.Webhooks {
    @Override
    public String listenAt() {
      return "https+webhook://127.0.0.1:0";
    }
  }
}
