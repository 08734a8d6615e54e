package io.agentchannel.http.guest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.agentchannel.http.webhook.WebhookKey;
import io.agentchannel.http.webhook.WebhookVerifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that are delivered: {@code Callback-Url}. */
@Timeout(60)
class CallbackTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  record Received(Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  @RegisterExtension final Library library = new Library();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private HttpServer receiver;

  @BeforeEach
  void receive() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Map<String, String> headers = new HashMap<>();
            exchange
                .getRequestHeaders()
                .forEach(
                    (name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            received.add(new Received(headers, exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    receiver.start();
    TestDeadLetters.LETTERS.clear();
    library.with("webhook.secret", SECRET).with("webhook.allow-private", true);
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private String callback() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/replies?for=me";
  }

  @Test
  void theReplyIsDeliveredSigned() throws Exception {
    HttpResponse<String> response = library.call("slow", "\"so\"", "Callback-Url", callback());
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(received).isEmpty();
    library.gate.release();

    Received reply = Library.next(received);
    assertThat(reply.text()).isEqualTo("so");
    String location = response.headers().firstValue("location").orElseThrow();
    assertThat(reply.headers())
        .containsEntry("content-type", "text/plain; charset=utf-8")
        .containsEntry("agent-status", "OK")
        .containsEntry("agent-exchange", location.substring("/exchanges/".length()));
    new WebhookVerifier(List.of(WebhookKey.parse(SECRET)))
        .authenticate(
            reply.headers().get("webhook-id"),
            reply.headers().get("webhook-timestamp"),
            reply.headers().get("webhook-signature"),
            reply.body());
    // It can be asked for all the same.
    assertThat(library.get(location).body()).contains("\"body\":\"so\"");
  }

  @Test
  void aStreamIsDeliveredAsAnArray() throws Exception {
    library.call("count", "300", "Callback-Url", callback());

    assertThat(Library.next(received).text())
        .startsWith("[{\"text\":\"1\"},{\"text\":\"2\"},")
        .endsWith("{\"text\":\"300\"}]");
  }

  @Test
  void aStreamTooLongForOnePieceIsAFailure() throws Exception {
    library.with("http.maxGuestReply", "64KiB");
    library.call("flood", "10000", "Callback-Url", callback());

    Received reply = Library.next(received);
    assertThat(reply.headers()).containsEntry("agent-status", "RESOURCE_EXHAUSTED");
    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
  }

  @Test
  void aFailureIsDelivered() throws Exception {
    library.call("fail", "\"lost\"", "Callback-Url", callback());

    Received reply = Library.next(received);
    assertThat(reply.headers())
        .containsEntry("content-type", "application/problem+json")
        .containsEntry("agent-status", "APPLICATION");
    assertThat(reply.text()).contains("\"detail\":\"lost\"");
  }

  @Test
  void aCancelledCallDeliversNothing() throws Exception {
    HttpResponse<String> response = library.call("slow", "\"so\"", "Callback-Url", callback());
    library.delete(response.headers().firstValue("location").orElseThrow());
    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
    library.call("ask", "{\"text\":\"next\"}", "Callback-Url", callback());

    assertThat(Library.next(received).text()).contains("next!");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.org/a",
        "https://user@example.org/",
        "/relative",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data"
      })
  void anAddressThatIsNoPublicUrlIsRefusedBeforeTheCall(String url) throws Exception {
    library.with("webhook.allow-private", false);
    HttpResponse<String> response = library.call("who", "\"\"", "Callback-Url", url);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(library.runs).hasValue(0);
  }

  @Test
  void aNameThatResolvesToAPrivateAddressIsNotConnectedTo() throws Exception {
    library.with("webhook.allow-private", false);
    String url = callback().replace("127.0.0.1", "localhost");
    HttpResponse<String> response = library.call("who", "\"\"", "Callback-Url", url);

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(
            library
                .get(response.headers().firstValue("location").orElseThrow() + "?wait=20")
                .statusCode())
        .isEqualTo(200);
    assertThat(Library.next(TestDeadLetters.LETTERS).why()).contains("not a public one");
    assertThat(received).isEmpty();
  }

  @Test
  void withoutASecretNothingIsDelivered() throws Exception {
    library.with("webhook.secret", List.of());
    HttpResponse<String> response = library.call("who", "\"\"", "Callback-Url", callback());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("webhook.secret");
    assertThat(library.runs).hasValue(0);
  }
}
