package io.agentchannel.http.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls whose reply is asked for later. */
@Timeout(60)
class LaterReplyTest {
  @RegisterExtension final Library library = new Library();

  @Test
  void theReplyWaitsToBeAskedFor() throws Exception {
    HttpResponse<String> response = library.call("slow", "\"hello\"", "Prefer", "respond-async");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("retry-after")).hasValue("1");
    assertThat(response.headers().firstValue("preference-applied")).hasValue("respond-async");
    String location = response.headers().firstValue("location").orElseThrow();
    assertThat(location).matches("/exchanges/[A-Za-z0-9_-]{22}");

    HttpResponse<String> early = library.get(location);
    assertThat(early.statusCode()).isEqualTo(202);
    assertThat(early.body()).isEqualTo("{\"items\":[],\"last\":0,\"done\":false}\n");

    CompletableFuture<HttpResponse<String>> poll =
        library.http.sendAsync(
            HttpRequest.newBuilder(library.url(location + "?after=0&wait=20")).build(),
            HttpResponse.BodyHandlers.ofString());
    library.gate.release();
    HttpResponse<String> late = poll.get(10, SECONDS);
    assertThat(late.statusCode()).isEqualTo(200);
    assertThat(late.body())
        .isEqualTo(
            "{\"items\":[{\"seq\":1,\"contentType\":\"text/plain; charset=utf-8\","
                + "\"body\":\"hello\"}],\"last\":1,\"done\":true}\n");
  }

  @Test
  void aReplyThatIsThereInTimeIsTheResponse() throws Exception {
    HttpResponse<String> response = library.call("ask", "{\"text\":\"a\"}", "Prefer", "wait=10");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"text\":\"a!\"}");
  }

  @Test
  void aReplyThatIsNotThereInTimeIsAskedFor() throws Exception {
    HttpResponse<String> response =
        library.call("slow", "\"hello\"", "Prefer", "respond-async, wait=1");

    assertThat(response.statusCode()).isEqualTo(202);
    library.gate.release();
    String location = response.headers().firstValue("location").orElseThrow();
    assertThat(library.get(location + "?wait=20").body()).contains("\"body\":\"hello\"");
  }

  @Test
  void whatIsRefusedBeforeItRanIsToldAtOnce() throws Exception {
    HttpResponse<String> response = library.call("none", "\"\"", "Prefer", "respond-async");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("\"outcome\":\"NOT_SENT\"");
  }

  @Test
  void aFailureIsToldToWhoAsks() throws Exception {
    HttpResponse<String> response = library.call("fail", "\"lost\"", "Prefer", "respond-async");
    assertThat(response.statusCode()).isEqualTo(202);
    String location = response.headers().firstValue("location").orElseThrow();

    assertThat(library.get(location + "?wait=20").body())
        .startsWith("{\"items\":[],\"last\":0,\"done\":true,\"problem\":{\"status\":502,")
        .contains("\"detail\":\"lost\",\"code\":\"APPLICATION\",\"outcome\":\"PROCESSED\"");
  }

  @Test
  void aStreamIsPolledAtTheClientsPace() throws Exception {
    HttpResponse<String> response = library.call("flood", "10000", "Prefer", "respond-async");
    String location = response.headers().firstValue("location").orElseThrow();
    // 256 KiB wait here, and the item that makes it more.
    Awaitility.await().until(() -> library.sent.get() >= 26);
    int held = library.sent.get();
    assertThat(held).isLessThanOrEqualTo(27);

    assertThat(library.get(location + "?after=0").body()).contains("\"last\":" + held);
    assertThat(library.get(location + "?after=10&wait=20").body())
        .startsWith("{\"items\":[{\"seq\":11,");
    Awaitility.await().until(() -> library.sent.get() > held);
    assertThat(library.delete(location).statusCode()).isEqualTo(204);
    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
  }

  @Test
  void aDeletedExchangeIsCancelledAndGone() throws Exception {
    HttpResponse<String> response = library.call("slow", "\"\"", "Prefer", "respond-async");
    String location = response.headers().firstValue("location").orElseThrow();
    Awaitility.await().until(() -> library.runs.get() == 1);

    assertThat(library.delete(location).statusCode()).isEqualTo(204);
    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
    assertThat(library.get(location).statusCode()).isEqualTo(404);
    assertThat(library.delete(location).statusCode()).isEqualTo(404);
  }

  @Test
  void whatNobodyAsksForIsCancelledAndForgotten() throws Exception {
    library.with("http.exchangeMemory", "200ms");
    HttpResponse<String> response =
        library.call("slow", "\"\"", "Prefer", "respond-async", "Agent-Timeout", "1h");
    String location = response.headers().firstValue("location").orElseThrow();

    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
    assertThat(library.get(location).statusCode()).isEqualTo(404);
  }

  @Test
  void anotherTokensExchangeIsNotFound() throws Exception {
    library.with("guests", Map.of("tokens", List.of("one", "two")));
    HttpResponse<String> response =
        library.call("slow", "\"\"", "Prefer", "respond-async", "Authorization", "Bearer one");
    String location = response.headers().firstValue("location").orElseThrow();

    assertThat(library.get(location, "Authorization", "Bearer two").statusCode()).isEqualTo(404);
    assertThat(library.get(location).statusCode()).isEqualTo(401);
    assertThat(library.get(location, "Authorization", "Bearer one").statusCode()).isEqualTo(202);
  }

  @Test
  void theCallOutlivesItsConnection() throws Exception {
    String location;
    try (Socket socket = new Socket("127.0.0.1", library.base().getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /agents/library/slow HTTP/1.1\r\nHost: localhost\r\nPrefer: respond-async\r\n"
                      + "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n\"a\"")
                  .getBytes(US_ASCII));
      location =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
              .lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location: "))
              .findFirst()
              .orElseThrow()
              .substring("location: ".length());
    }
    library.gate.release();

    assertThat(library.get(location + "?wait=20").body()).contains("\"body\":\"a\"");
  }
}
