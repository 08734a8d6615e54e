package io.agentchannel.http.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls whose reply is the response. */
@Timeout(60)
class GuestCallTest {
  @RegisterExtension final Library library = new Library();

  @Test
  void theReplyIsTheResponse() throws Exception {
    HttpResponse<String> response = library.call("ask", "{\"text\":\"hello\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.headers().firstValue("content-length")).isPresent();
    assertThat(response.body()).isEqualTo("{\"text\":\"hello!\"}");
  }

  @Test
  void anyBasePathAndTheAgentsIdWillDo() throws Exception {
    String id = library.agent().id().toString();
    HttpResponse<String> response =
        library.http.send(
            HttpRequest.newBuilder(library.url("/at/home/agents/" + id + "/ask"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"hello\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("{\"text\":\"hello!\"}");
  }

  @Test
  void anyContentTypeGoesInAndOut() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    HttpResponse<byte[]> response =
        library.http.send(
            library
                .post("copy", "", "Content-Type", "image/x-made-up; q=\"a b\"")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(response.headers().firstValue("content-type"))
        .hasValue("image/x-made-up; q=\"a b\"");
    assertThat(response.body()).isEqualTo(bytes);
  }

  @Test
  void anEmptyBodyWithoutAContentTypeIsNoBytes() throws Exception {
    HttpResponse<String> response =
        library.http.send(
            HttpRequest.newBuilder(library.url("/agents/library/copy"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/octet-stream");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void headersAreMetadataButThoseOfHttp() throws Exception {
    library.call(
        "who",
        "\"\"",
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "X-Shelf",
        "7",
        "X-Shelf",
        "8",
        "Accept-Language",
        "en",
        "Cookie",
        "a=b",
        "Agent-Timeout",
        "5s");

    Map<String, String> seen = Library.next(library.metadata);
    assertThat(seen)
        .containsOnly(
            Map.entry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            Map.entry("x-shelf", "7, 8"));
  }

  @Test
  void aOneWayOperationHasNothingToSay() throws Exception {
    HttpResponse<String> response = library.call("note", "\"return the book\"");

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(Library.next(library.notes)).isEqualTo("return the book");
  }

  @Test
  void aStreamIsAJsonArray() throws Exception {
    HttpResponse<String> response = library.call("count", "3");

    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.body()).isEqualTo("[{\"text\":\"1\"},{\"text\":\"2\"},{\"text\":\"3\"}]");
    assertThat(library.call("count", "0", "Accept", "application/json").body()).isEqualTo("[]");
  }

  @Test
  void aStreamIsLinesWhereTheyAreAccepted() throws Exception {
    HttpResponse<Stream<String>> response =
        library.http.send(
            library.post("count", "3", "Accept", "text/plain;q=0.5, application/x-ndjson").build(),
            HttpResponse.BodyHandlers.ofLines());

    assertThat(response.headers().firstValue("content-type")).hasValue("application/x-ndjson");
    assertThat(response.body())
        .containsExactly("{\"text\":\"1\"}", "{\"text\":\"2\"}", "{\"text\":\"3\"}");
  }

  @Test
  void eventsComeAsTheyAreMade() throws Exception {
    HttpResponse<InputStream> response =
        library.http.send(
            library.post("count", "2000", "Accept", "text/event-stream").build(),
            HttpResponse.BodyHandlers.ofInputStream());

    assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
    try (var lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      for (int i = 1; i <= 2; i++) {
        assertThat(lines.readLine()).isEqualTo("id: " + i);
        assertThat(lines.readLine()).isEqualTo("data: {\"text\":\"" + i + "\"}");
        assertThat(lines.readLine()).isEmpty();
      }
      // The handler has not made the rest yet.
      library.gate.release();
      assertThat(lines.lines().filter(line -> line.startsWith("id: ")).reduce((a, b) -> b))
          .hasValue("id: 2000");
    }
  }

  @Test
  void aClientThatLeavesCancelsTheHandler() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting =
        library.http.sendAsync(
            library.post("slow", "\"\"").build(), HttpResponse.BodyHandlers.ofString());
    Awaitility.await().until(() -> library.runs.get() == 1);
    waiting.cancel(true);

    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
  }

  @Test
  void aSlowReaderHoldsTheHandlerBack() throws Exception {
    HttpResponse<InputStream> response =
        library.http.send(
            library.post("flood", "10000", "Accept", "application/x-ndjson").build(),
            HttpResponse.BodyHandlers.ofInputStream());

    // What the sockets of both sides and we hold is some megabytes, which the handler fills soon.
    int held = stable();
    assertThat(held).isLessThan(2_000);
    byte[] line = response.body().readNBytes(10_003);
    assertThat(line).startsWith('"', 'x').endsWith('x', '"', '\n');
    response.body().readNBytes(20_000_000);
    assertThat(library.sent.get()).isGreaterThan(held);
    response.body().close();
    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
  }

  private int stable() {
    int[] before = {-1};
    Awaitility.await()
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              int now = library.sent.get();
              boolean same = now > 0 && now == before[0];
              before[0] = now;
              return same;
            });
    return before[0];
  }

  @Test
  void aStreamTooLongForOnePieceIsCancelledAndSaysHowToReadIt() throws Exception {
    library.with("http.maxGuestReply", "64KiB");
    HttpResponse<String> response = library.call("flood", "10000");

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.body()).contains("accept application/x-ndjson or text/event-stream");
    assertThat(library.cancelled.await(10, SECONDS)).isTrue();
  }

  @Test
  void callsOverHttp2ShareAConnection() throws Exception {
    OkHttpClient http2 =
        new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
    try {
      for (int i = 0; i < 20; i++) {
        Request request =
            new Request.Builder()
                .url(library.url("/agents/library/ask").toString())
                .post(
                    RequestBody.create(
                        "{\"text\":\"" + i + "\"}", MediaType.get("application/json")))
                .build();
        try (Response response = http2.newCall(request).execute()) {
          assertThat(response.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
          assertThat(response.body().string()).isEqualTo("{\"text\":\"" + i + "!\"}");
        }
      }
      assertThat(http2.connectionPool().connectionCount()).isEqualTo(1);
      Request stream =
          new Request.Builder()
              .url(library.url("/agents/library/flood").toString())
              .header("Accept", "application/x-ndjson")
              .post(RequestBody.create("10000", MediaType.get("application/json")))
              .build();
      try (Response response = http2.newCall(stream).execute()) {
        assertThat(response.body().source().readUtf8Line()).hasSize(10_002);
      }
      assertThat(library.cancelled.await(10, SECONDS)).isTrue();
    } finally {
      http2.dispatcher().executorService().shutdown();
      http2.connectionPool().evictAll();
    }
  }

  @Test
  void theCardIsForGuests() throws Exception {
    HttpResponse<String> response = library.get("/.well-known/agent-card.json");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.body()).contains(library.agent().id().toString()).contains("library");
  }

  @Test
  void theCardIsNotForOthers() throws Exception {
    library.with("guests", "none");

    assertThat(library.get("/.well-known/agent-card.json").statusCode()).isEqualTo(403);
  }

  @Test
  void healthIsForEverybody() throws Exception {
    library.with("guests", "none");
    HttpResponse<String> response = library.get("/health");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"ok\"}\n");
  }
}
