package io.agentchannel.http.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import io.agentchannel.testkit.ConnectProxy;
import io.agentchannel.testkit.TestCertificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code https-native}, and the way there through a proxy. */
@Timeout(60)
class SecureServicesTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);

  @RegisterExtension final ForeignService agents = new ForeignService();
  @TempDir Path folder;
  private HttpsServer server;
  private TestCertificates certificates;

  @BeforeEach
  void serve() throws Exception {
    certificates = TestCertificates.of(folder, "dns:service.example");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificates.server()));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            ForeignService.answer(exchange, 200, "text/plain", "so");
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String endpoint(String host) {
    return "https-native://" + host + ":" + server.getAddress().getPort();
  }

  private Map<String, Object> config(String... more) {
    Map<String, Object> config = new HashMap<>(certificates.config());
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return config;
  }

  @Test
  void aProxyMakesATunnelToTheService() {
    try (ConnectProxy proxy = ConnectProxy.open()) {
      proxy.demand("me", "secret");
      proxy.resolve("service.example", "127.0.0.1");
      String reply =
          agents
              .agent(config("proxy", proxy.uri("me", "secret")))
              .channel(endpoint("service.example"))
              .request(ASK, "why");

      assertThat(reply).isEqualTo("so");
      assertThat(proxy.asked()).contains("service.example:" + server.getAddress().getPort());
    }
  }

  @Test
  void aCertificateOfAnotherNameIsRefused() {
    AgentException failure =
        ForeignService.failure(
            () ->
                agents
                    .agent(config())
                    .channel(endpoint("127.0.0.1"))
                    .request(ASK, "why", CallOptions.timeout(Duration.ofSeconds(10))));

    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining("TLS handshake failed");
  }
}
