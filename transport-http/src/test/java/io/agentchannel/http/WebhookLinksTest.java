package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is called back, and what a callback takes. */
@Timeout(60)
class WebhookLinksTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final CallOptions SOON = CallOptions.timeout(Duration.ofSeconds(10));

  /** A request as a callback gets it. */
  private record Seen(String method, URI target, Map<String, List<String>> headers) {}

  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final Agent library =
      Agent.builder(config("library", Map.of("webhook.allow-private", true)))
          .listen("http+webhook://127.0.0.1:0")
          .serve(ECHO, (text, call) -> text)
          .start();

  @AfterEach
  void close() {
    library.close();
  }

  @Test
  void aCallbackThatIsNotPublicIsRefusedUnlessAllowed() {
    try (Agent strict =
            Agent.builder(config("strict", Map.of()))
                .listen("http+webhook://127.0.0.1:0")
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = Agent.start(config("caller", Map.of()))) {
      AgentException failure = failureOf(caller.channel(strict.endpoints().get(0).toString()));

      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThat(failure)
          .hasMessageContaining("webhook.allow-private")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void aCallbackThatCannotAnswerTheChallengeIsNoticedWhenConnecting() throws Exception {
    HttpServer other = server(200, Map.of());
    try (Agent caller = Agent.start(config("caller", calledBackAt(other)))) {
      AgentException failure = failureOf(caller.channel(endpoint()));

      assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(failure).hasMessageContaining("did not answer the challenge");
      Seen challenge = seen.take();
      assertThat(challenge.headers().keySet())
          .map(name -> name.toLowerCase(Locale.ROOT))
          .contains("webhook-id", "webhook-timestamp", "webhook-signature");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void redirectsAreNotFollowed() throws Exception {
    HttpServer target = server(200, Map.of());
    HttpServer redirecting =
        server(307, Map.of("Location", "http://127.0.0.1:" + target.getAddress().getPort() + "/"));
    try (Agent caller = Agent.start(config("caller", calledBackAt(redirecting)))) {
      AgentException failure = failureOf(caller.channel(endpoint()));

      assertThat(failure).hasMessageContaining("HTTP 307");
      assertThat(seen).allMatch(request -> request.target().getPath().startsWith("/callbacks/"));
    } finally {
      redirecting.stop(0);
      target.stop(0);
    }
  }

  @Test
  void aStrangerMakesNobodyCallOut() throws Exception {
    HttpServer victim = server(200, Map.of());
    try (Agent closed =
            Agent.builder(
                    config(
                        "closed", Map.of("webhook.allow-private", true, "trust.policy", "allow")))
                .listen("http+webhook://127.0.0.1:0")
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = Agent.start(config("caller", calledBackAt(victim)))) {
      AgentException failure = failureOf(caller.channel(closed.endpoints().get(0).toString()));

      assertThat(failure.code()).isEqualTo(Code.PERMISSION_DENIED);
      assertThat(seen).isEmpty();
    } finally {
      victim.stop(0);
    }
  }

  @Test
  void aCallbackTakesWhatIsSignedAndThatOnce() throws Exception {
    int port = freePort();
    try (HttpProxy front = HttpProxy.balancing(port);
        Agent caller =
            Agent.start(
                config(
                    "caller",
                    Map.of(
                        "webhook.listen",
                        "127.0.0.1:" + port,
                        "webhook.callback",
                        "http://127.0.0.1:" + front.port())))) {
      AgentChannel channel = caller.channel(endpoint());
      assertThat(channel.request(ECHO, "before", SOON)).isEqualTo("before");
      List<byte[]> recorded = front.seen();
      String head = new String(recorded.get(0), StandardCharsets.ISO_8859_1);
      String callback = head.substring(head.indexOf(' ') + 1, head.indexOf('?'));

      assertThat(head).startsWith("POST /callbacks/");
      assertThat(recorded)
          .allMatch(
              request -> text(request).toLowerCase(Locale.ROOT).contains("webhook-signature: v1,"));
      for (String query : List.of("?challenge=1", "?batch=1&after=0", "?batch=99&after=0")) {
        assertThat(raw(port, unsigned(callback + query))).startsWith("HTTP/1.1 401 ");
      }
      assertThat(raw(port, unsigned("/callbacks/AAAAAAAAAAAAAAAAAAAAAA?batch=1&after=0")))
          .startsWith("HTTP/1.1 410 ");
      for (byte[] request : recorded) {
        assertThat(raw(port, request)).startsWith("HTTP/1.1 20");
      }
      byte[] changed = recorded.get(recorded.size() - 1).clone();
      changed[changed.length - 1] ^= 1;
      assertThat(raw(port, changed)).startsWith("HTTP/1.1 401 ");
      assertThat(channel.request(ECHO, "after", SOON)).isEqualTo("after");
    }
  }

  private static byte[] unsigned(String target) {
    return ("POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1);
  }

  /** The first bytes of the answer. */
  private static String raw(int port, byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      return text(socket.getInputStream().readNBytes(13));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private String endpoint() {
    return library.endpoints().get(0).toString();
  }

  private static AgentException failureOf(AgentChannel channel) {
    return catchThrowableOfType(AgentException.class, () -> channel.request(ECHO, "x", SOON));
  }

  private static Map<String, Object> calledBackAt(HttpServer server) {
    return Map.of("webhook.callback", "http://127.0.0.1:" + server.getAddress().getPort());
  }

  private HttpServer server(int status, Map<String, String> headers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        request -> {
          seen.add(
              new Seen(
                  request.getRequestMethod(),
                  request.getRequestURI(),
                  Map.copyOf(request.getRequestHeaders())));
          headers.forEach(request.getResponseHeaders()::set);
          request.getRequestBody().readAllBytes();
          request.sendResponseHeaders(status, -1);
          request.close();
        });
    server.start();
    return server;
  }

  private static AgentConfig config(String name, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>();
    config.put("name", name);
    config.put("identity", "ephemeral");
    config.put("trust.policy", "open");
    config.putAll(more);
    return AgentConfig.of(config);
  }
}
