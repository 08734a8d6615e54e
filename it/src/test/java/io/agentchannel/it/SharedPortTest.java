package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSocket and HTTP at one address of one agent. */
@Timeout(60)
class SharedPortTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  @Test
  void oneListeningPortServesAllThatSpeakHttp() throws Exception {
    int port = freePort();
    try (Agent library =
            agent(
                Map.of("webhook.allow-private", true, "guests", "loopback"),
                "ws://127.0.0.1:" + port,
                "http+poll://127.0.0.1:" + port,
                "http+webhook://127.0.0.1:" + port);
        Agent caller = agent(Map.of())) {
      assertThat(library.endpoints()).hasSize(3).allMatch(at -> at.getPort() == port);
      for (URI endpoint : library.endpoints()) {
        assertThat(caller.channel(endpoint.toString()).request(ECHO, endpoint.getScheme()))
            .isEqualTo(endpoint.getScheme());
      }
      assertThat(health(port)).isEqualTo(200);
      WebSocket guest =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .subprotocols("agentchannel.v1+json")
              .buildAsync(URI.create("ws://127.0.0.1:" + port), new WebSocket.Listener() {})
              .get();
      assertThat(guest.getSubprotocol()).isEqualTo("agentchannel.v1+json");
      guest.abort();
    }
    // The port is free again: nobody kept a share of it.
    try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.isBound()).isTrue();
    }
  }

  @Test
  void theSamePortWithTlsAndWithoutIsInUse() throws Exception {
    int port = freePort();
    try (Agent library = agent(Map.of(), "ws://127.0.0.1:" + port)) {
      assertThat(library.endpoints()).hasSize(1);
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () ->
                      agent(
                              Map.of("tls", "agent"),
                              "http+poll://127.0.0.1:" + freePort(),
                              "https+poll://127.0.0.1:" + port)
                          .close()))
          .hasMessageContaining("the port is in use");
    }
  }

  private static int health(int port) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static Agent agent(Map<String, Object> more, String... listen) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("name", "agent");
    config.put("identity", "ephemeral");
    config.put("trust.policy", "open");
    config.put("listen", List.of(listen));
    return Agent.builder(AgentConfig.of(config)).serve(ECHO, (text, call) -> text).start();
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
