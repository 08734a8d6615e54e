package io.agentchannel.http.guest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients are told who ask for what they cannot get. */
@Timeout(60)
class GuestRefusalTest {
  @RegisterExtension final Library library = new Library();

  @Test
  void aHandlersFailureIsAProblemWithItsWords() throws Exception {
    HttpResponse<String> response = library.call("fail", "\"no \\\"such\\\" book\"");

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":502,\"title\":\"Bad Gateway\",\"detail\":\"no \\\"such\\\" book\","
                + "\"code\":\"APPLICATION\",\"outcome\":\"PROCESSED\","
                + "\"details\":{\"shelf\":\"7\"}}\n");
  }

  @Test
  void aFailureInAStreamOfEventsIsAnEvent() throws Exception {
    HttpResponse<String> response =
        library.call("break", "\"torn\"", "Accept", "text/event-stream");

    assertThat(response.body())
        .startsWith("id: 1\ndata: \"first\"\n\nevent: error\ndata: {\"status\":502,")
        .endsWith("}\n\n");
  }

  @Test
  void aFailureInAStreamOfLinesCutsItShort() throws Exception {
    String response =
        raw(
            "POST /agents/library/break HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n"
                + "Accept: application/x-ndjson\r\nContent-Type: application/json\r\n\r\n\"torn\"");

    assertThat(response).contains("\"first\"\n").contains("{\"error\":{\"status\":502,");
    assertThat(response).doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void aFailureBeforeAPieceIsSentIsItsStatus() throws Exception {
    assertThat(library.call("break", "\"torn\"").statusCode()).isEqualTo(502);
  }

  @Test
  void theDeadlineIs504() throws Exception {
    HttpResponse<String> response = library.call("slow", "\"\"", "Agent-Timeout", "50ms");

    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).contains("\"outcome\":\"UNKNOWN\"");
    assertThat(library.call("ask", "{}", "Agent-Timeout", "soon").statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsNotThereIs404() throws Exception {
    assertThat(library.call("none", "1").body()).contains("UNIMPLEMENTED");
    assertThat(library.call("none", "1").statusCode()).isEqualTo(404);
    HttpResponse<String> otherAgent =
        library.http.send(
            HttpRequest.newBuilder(library.url("/agents/other/ask"))
                .POST(HttpRequest.BodyPublishers.ofString("1"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(otherAgent.statusCode()).isEqualTo(404);
    assertThat(otherAgent.body()).contains("NOT_FOUND");
    assertThat(library.get("/nowhere").statusCode()).isEqualTo(404);
    assertThat(library.get("/exchanges/AAAAAAAAAAAAAAAAAAAAAA").statusCode()).isEqualTo(404);
  }

  @Test
  void anotherMethodIs405() throws Exception {
    HttpResponse<String> response = library.get("/agents/library/ask");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("POST");
    assertThat(library.delete("/health").statusCode()).isEqualTo(405);
  }

  @Test
  void whatCannotBeReadIs400() throws Exception {
    assertThat(library.call("ask", "{").statusCode()).isEqualTo(400);
    assertThat(library.call("ask", "{}", "Content-Type", "image/png").body())
        .contains("application/json");
    assertThat(library.call("ask", "{}", "Callback-Url", "not a url").statusCode()).isEqualTo(400);
    assertThat(library.call("ask", "{}", "Content-Encoding", "gzip").statusCode()).isEqualTo(415);
  }

  @Test
  void guestsAreRefusedUnlessConfigured() throws Exception {
    library.with("guests", "none");
    HttpResponse<String> response = library.call("ask", "{\"text\":\"a\"}");

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("configure guests: loopback");
  }

  @Test
  void aTokenIsAskedFor() throws Exception {
    library.with("guests", Map.of("tokens", List.of("secret"), "operations", List.of("ask")));
    HttpResponse<String> without = library.call("ask", "{\"text\":\"a\"}");
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(
            library.call("ask", "{\"text\":\"a\"}", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
    assertThat(
            library.call("ask", "{\"text\":\"a\"}", "Authorization", "Bearer secret").statusCode())
        .isEqualTo(200);
    assertThat(library.call("who", "\"\"", "Authorization", "Bearer secret").statusCode())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: https://evil.example",
        "Forwarded: for=1.2.3.4",
        "X-Forwarded-For: 1.2.3.4",
        "X-Forwarded-Host: localhost"
      })
  void aWebPageOrAProxyIsNoLoopbackGuest(String header) throws Exception {
    assertThat(raw(head("ask") + header + "\r\nContent-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void aPageOfAListedOriginMayCallAndRead() throws Exception {
    library.with("guests", Map.of("mode", "loopback", "origins", List.of("https://app.example")));
    String page = "Origin: https://app.example\r\n";
    String asked =
        raw(
            "OPTIONS /agents/library/ask HTTP/1.1\r\nHost: localhost\r\n"
                + page
                + "Access-Control-Request-Method: POST\r\n"
                + "Access-Control-Request-Headers: content-type\r\n\r\n");
    assertThat(asked)
        .startsWith("HTTP/1.1 204 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example\r\n")
        .containsIgnoringCase("access-control-allow-headers: content-type\r\n");

    String json = "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}";
    assertThat(raw(head("ask") + page + json))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example\r\n");
    assertThat(raw(head("none") + page + json))
        .startsWith("HTTP/1.1 404 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example\r\n");
    assertThat(raw(head("ask") + "Origin: https://evil.example\r\n" + json))
        .startsWith("HTTP/1.1 403 ")
        .doesNotContainIgnoringCase("access-control-");
  }

  @Test
  void anotherHostIsNoLoopbackGuest() throws Exception {
    assertThat(
            raw(
                "POST /agents/library/ask HTTP/1.1\r\nHost: evil.example\r\n"
                    + "Content-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void whatTwoReadersMayReadDifferentlyIsRefusedAndTheConnectionClosed() throws Exception {
    List<String> ambiguous =
        List.of(
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
            "Content-Length: 2, 2\r\n\r\n{}",
            "Content-Length: +2\r\n\r\n{}",
            "Content-Length : 2\r\n\r\n{}",
            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            "X-A: a\u0000b\r\nContent-Length: 2\r\n\r\n{}",
            "X A: b\r\nContent-Length: 2\r\n\r\n{}",
            "X-A: a\nContent-Length: 2\r\n\r\n{}",
            "Host: localhost\r\nContent-Length: 2\r\n\r\n{}",
            "Authorization: Bearer a\r\nAuthorization: Bearer b\r\nContent-Length: 2\r\n\r\n{}");
    String smuggled =
        "POST /agents/library/note HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n\"x\"";
    List<Socket> sockets = new ArrayList<>();
    try {
      for (String rest : ambiguous) {
        sockets.add(send(head("ask") + rest + smuggled));
      }
      for (int i = 0; i < sockets.size(); i++) {
        String response = receive(sockets.get(i));
        assertThat(response)
            .as(ambiguous.get(i))
            .startsWith("HTTP/1.1 400 ")
            .contains("application/problem+json");
        assertThat(response.indexOf("HTTP/1.1", 1)).as("second response").isEqualTo(-1);
      }
      assertThat(library.notes).isEmpty();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: a/b\r\nContent-Type: c/d",
        "Agent-Timeout: 1s\r\nAgent-Timeout: 2s",
        "Idempotency-Key: a\r\nIdempotency-Key: b"
      })
  void whatMayComeOnceIsRefusedTwice(String headers) throws Exception {
    assertThat(raw(head("ask") + headers + "\r\nContent-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aReplysContentTypeCannotAddHeaders() throws Exception {
    // Nothing of HTTP can carry it in, so a handler makes it up.
    assertThat(Collected.contentType(Payload.of("text/plain\r\nSet-Cookie: a=b", new byte[0])))
        .isEqualTo(Payload.BYTES);
  }

  @Test
  void anAnnouncedBodyThatIsTooLargeIsRefusedUnread() throws Exception {
    library.with("http.maxGuestMessage", "64KiB");
    String response =
        raw(head("copy") + "Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n");

    assertThat(response).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsRefusedWithoutReadingItAll() throws Exception {
    library.with("http.maxGuestMessage", "64KiB");
    try (Socket socket = new Socket("127.0.0.1", library.base().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write((head("copy") + "Transfer-Encoding: chunked\r\n\r\n").getBytes(ISO_8859_1));
      byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(ISO_8859_1);
      out.write(chunk);
      out.write(chunk);
      out.flush();
      byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 413 ".length());

      assertThat(new String(status, ISO_8859_1)).isEqualTo("HTTP/1.1 413 ");
      // The rest would be endless; the connection is not.
      assertThat(canWriteFor(out, chunk, 1_000_000)).isFalse();
    }
  }

  @Test
  void anEndlessBodyOverHttp2IsRefusedWithoutReadingItAll() throws Exception {
    library.with("http.maxGuestMessage", "64KiB");
    long[] sent = {0};
    RequestBody endless =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return MediaType.get("application/octet-stream");
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            byte[] some = new byte[8192];
            while (sent[0] < 1L << 40) {
              sink.write(some);
              sent[0] += some.length;
            }
          }
        };
    OkHttpClient http2 =
        new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
    Request request =
        new Request.Builder()
            .url(library.url("/agents/library/copy").toString())
            .post(endless)
            .build();
    try (Response response = http2.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(413);
    } finally {
      http2.dispatcher().executorService().shutdown();
      http2.connectionPool().evictAll();
    }
  }

  private static boolean canWriteFor(OutputStream out, byte[] chunk, int times) {
    try {
      for (int i = 0; i < times; i++) {
        out.write(chunk);
      }
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void moreMetadataThanTravelsIsRefused() throws Exception {
    StringBuilder headers = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      headers.append("X-").append(i).append(": ").append(i).append("\r\n");
    }
    String response =
        raw(
            head("who")
                + headers
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n\"\"");

    assertThat(response).startsWith("HTTP/1.1 400 ").contains("metadata has more than");
    assertThat(library.runs).hasValue(0);
  }

  @Test
  void headersLargerThanAllowedAreRefused() throws Exception {
    assertThat(raw(head("who") + "X-A: " + "a".repeat(20_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void aPathThatMakesALocationElsewhereIsRefused() throws Exception {
    String response =
        raw(
            "POST //evil.example/agents/library/slow HTTP/1.1\r\nHost: localhost\r\n"
                + "Prefer: respond-async\r\nContent-Length: 0\r\n\r\n");

    assertThat(response).startsWith("HTTP/1.1 400 ");
  }

  private static String head(String operation) {
    return "POST /agents/library/" + operation + " HTTP/1.1\r\nHost: localhost\r\n";
  }

  private String raw(String request) throws IOException {
    try (Socket socket = send(request)) {
      return receive(socket);
    }
  }

  /** And another request after it, the last for this connection. */
  private Socket send(String request) throws IOException {
    Socket socket = new Socket("127.0.0.1", library.base().getPort());
    socket.setSoTimeout(20_000);
    String last = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write((request + last).getBytes(ISO_8859_1));
    return socket;
  }

  /** All that comes until the connection ends. */
  private static String receive(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[8192];
    try {
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        all.write(some, 0, n);
      }
    } catch (SocketException reset) {
      // What came before it counts.
    }
    return all.toString(ISO_8859_1);
  }
}
