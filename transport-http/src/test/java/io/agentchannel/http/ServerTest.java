package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.BareContext;
import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server makes of requests, whole or broken, before any of them is looked at. */
@Timeout(30)
class ServerTest {
  private final LeakCheck leaks = LeakCheck.begin();
  private final Transport transport = new HttpTransport();
  private final BareContext context = new BareContext(Map.of());
  private URI endpoint = URI.create("unset:/");

  @BeforeEach
  void listen() throws Exception {
    endpoint =
        transport
            .listen(URI.create("http+poll://127.0.0.1:0"), context)
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .endpoint();
  }

  @AfterEach
  void close() {
    transport.close();
    context.close();
    leaks.assertNothingLeft();
  }

  @Test
  void aLinkIsMade() throws Exception {
    assertThat(ask("POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 201 ")
        .containsIgnoringCase("agent-link: ");
    assertThat(context.nextLink().info().scheme()).isEqualTo("http+poll");
  }

  @Test
  void requestsAreAnsweredInTheOrderOfTheirConnection() throws Exception {
    String answers =
        ask(
            "GET /health HTTP/1.1\r\nHost: h\r\n\r\n"
                + "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
                + "GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    assertThat(answers)
        .startsWith("HTTP/1.1 200 ")
        .containsSubsequence("HTTP/1.1 200 ", "HTTP/1.1 404 ");
  }

  @Test
  void whatTwoReadersCouldUnderstandDifferentlyIsRefused() throws Exception {
    for (String head :
        List.of(
            "POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
            "POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 4",
            "POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 4",
            "POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: +0",
            "POST /links HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked",
            "POST /links HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity",
            "POST /links HTTP/1.1\r\nHost: h\r\nContent-Length : 0",
            "POST /links HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0",
            "POST /links HTTP/1.1\r\nContent-Length: 0",
            "POST /links HTTP/1.1\r\nHost: h\r\nX: a\u0000b\r\nContent-Length: 0",
            "POST /links HTTP/1.1\nHost: h\nContent-Length: 0\n",
            "POST links HTTP/1.1\r\nHost: h\r\nContent-Length: 0")) {
      String answer = ask(head + "\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(answer).as(head).startsWith("HTTP/1.1 400 ").doesNotContain("HTTP/1.1 20");
    }
  }

  @Test
  void tooMuchOfAHeadIsRefused() throws Exception {
    assertThat(ask("GET /health HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
    assertThat(ask("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWithoutReadingIt() throws Exception {
    assertThat(
            ask(
                "POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000000\r\n"
                    + "Expect: 100-continue\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(
            ask(
                "POST /links HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void anUnknownLinkHasEndedAndAnotherReplicasIsMisdirected() throws Exception {
    String made = ask("POST /links HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    String id = made.replaceAll("(?is).*agent-link: (\\S+).*", "$1");
    String unknown = id.substring(0, 12) + "x".repeat(id.length() - 12);

    assertThat(get("/links/" + unknown + "?after=0&wait=0")).startsWith("HTTP/1.1 410 ");
    assertThat(get("/links/" + "y".repeat(id.length()))).startsWith("HTTP/1.1 421 ");
    assertThat(get("/links/short")).startsWith("HTTP/1.1 410 ");
    assertThat(get("/links/" + id + "?after=x")).startsWith("HTTP/1.1 400 ");
    assertThat(get("/links/" + id + "?after=-1")).startsWith("HTTP/1.1 400 ");
    assertThat(get("/links/" + id + "?after=99999999999999999999")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void whatIsNotDoneToLinksIsRefused() throws Exception {
    assertThat(ask("PUT /links HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ");
    assertThat(get("/links")).startsWith("HTTP/1.1 405 ");
  }

  @Test
  void aWebPageMakesNoLink() throws Exception {
    assertThat(
            ask(
                "POST /links HTTP/1.1\r\nHost: h\r\nOrigin: https://evil.example\r\n"
                    + "Content-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void http2IsSpokenWithPriorKnowledge() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
    try (Response response =
        client
            .newCall(
                new Request.Builder()
                    .url("http://127.0.0.1:" + endpoint.getPort() + "/health")
                    .build())
            .execute()) {
      assertThat(response.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
      assertThat(response.code()).isEqualTo(200);
    } finally {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  private String get(String target) throws IOException {
    return ask("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  /** All that comes back until the end of the connection, or until nothing more does. */
  private String ask(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", endpoint.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      socket.shutdownOutput();
      socket.setSoTimeout(5_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
