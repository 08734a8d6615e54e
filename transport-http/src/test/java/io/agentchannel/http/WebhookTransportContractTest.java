package io.agentchannel.http;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.TestCertificates;
import io.agentchannel.testkit.contract.ManInTheMiddle;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract over webhooks: plain, and with TLS from PEM files. */
class WebhookTransportContractTest {
  private static final Map<String, Object> LOOPBACK = Map.of("webhook.allow-private", true);

  interface Webhooks extends TransportContract {
    /** The ends of a link sign what they post: nobody in the middle can pass it on. */
    @Override
    default @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script) {
      return null;
    }
  }

  @Nested
  class Plain implements Webhooks {
    @Override
    public String listenAt() {
      return "http+webhook://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return LOOPBACK;
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Tls implements Webhooks {
    @TempDir static Path folder;

    private final Map<String, Object> config = new HashMap<>(LOOPBACK);

    @BeforeAll
    void makeCertificate() throws Exception {
      config.putAll(TestCertificates.of(folder, "ip:127.0.0.1").config());
    }

    @Override
    public String listenAt() {
      return "https+webhook://127.0.0.1:0";
    }

    @Override
    public Map<String, Object> config() {
      return config;
    }
  }
}
