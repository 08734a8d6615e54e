package io.agentchannel.http.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plain clients over TLS, which agree on the version of HTTP by ALPN (RFC 7301). */
@Timeout(60)
class SecureGuestTest {
  @RegisterExtension final Library library = new Library();
  @TempDir Path folder;
  private TestCertificates certificates;
  private OkHttpClient client = new OkHttpClient();

  @BeforeEach
  void listen() throws Exception {
    certificates = TestCertificates.of(folder, "ip:127.0.0.1");
    library.with("listen", "https+poll://127.0.0.1:0");
    certificates.config().forEach(library::with);
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
    client.dispatcher().executorService().awaitTermination(5, TimeUnit.SECONDS);
  }

  private void offer(Protocol... protocols) {
    client =
        new OkHttpClient.Builder()
            .protocols(Arrays.asList(protocols))
            .sslSocketFactory(certificates.client().getSocketFactory(), certificates.clientTrust())
            .build();
  }

  private Request.Builder request(String path) {
    return new Request.Builder().url("https://127.0.0.1:" + library.base().getPort() + path);
  }

  private Response send(Request.Builder request) throws IOException {
    return client.newCall(request.build()).execute();
  }

  private static RequestBody json(String body) {
    return RequestBody.create(body, MediaType.get("application/json"));
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, HTTP_1_1", "HTTP_2 HTTP_1_1, HTTP_2"})
  void callsStreamsAndHealthWorkOverWhatIsAgreedOn(String offered, Protocol agreed)
      throws Exception {
    offer(Arrays.stream(offered.split(" ")).map(Protocol::valueOf).toArray(Protocol[]::new));
    try (Response call = send(request("/agents/library/ask").post(json("{\"text\":\"hello\"}")))) {
      assertThat(call.protocol()).isEqualTo(agreed);
      assertThat(call.code()).isEqualTo(200);
      assertThat(call.body().string()).isEqualTo("{\"text\":\"hello!\"}");
    }
    try (Response events =
        send(
            request("/agents/library/count")
                .header("Accept", "text/event-stream")
                .post(json("2")))) {
      assertThat(events.protocol()).isEqualTo(agreed);
      assertThat(events.header("Content-Type")).startsWith("text/event-stream");
      assertThat(events.body().string())
          .isEqualTo("id: 1\ndata: {\"text\":\"1\"}\n\nid: 2\ndata: {\"text\":\"2\"}\n\n");
    }
    try (Response health = send(request("/health"))) {
      assertThat(health.protocol()).isEqualTo(agreed);
      assertThat(health.body().string()).isEqualTo("{\"status\":\"ok\"}\n");
    }
    assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
  }

  @Test
  void eventsComeAsTheyAreMadeOverHttp2() throws Exception {
    offer(Protocol.HTTP_2, Protocol.HTTP_1_1);
    try (Response events =
        send(
            request("/agents/library/count")
                .header("Accept", "text/event-stream")
                .post(json("2000")))) {
      List<String> first =
          List.of(
              events.body().source().readUtf8LineStrict(),
              events.body().source().readUtf8LineStrict());

      assertThat(events.protocol()).isEqualTo(Protocol.HTTP_2);
      // The handler has stopped after the third item, and waits.
      assertThat(first).containsExactly("id: 1", "data: {\"text\":\"1\"}");
      assertThat(library.sent.get()).isLessThanOrEqualTo(3);
    }
    library.gate.release();
    assertThat(library.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
