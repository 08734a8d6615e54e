package io.agentchannel.http.service;

import static io.agentchannel.http.service.ForeignService.answer;
import static io.agentchannel.http.service.ForeignService.failure;
import static io.agentchannel.http.service.ForeignService.next;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Duplex;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Services with no agent behind them, called as they are. */
@Timeout(60)
class PlainServicesTest {
  record Question(String text) {}

  record Answer(String text) {}

  private static final Unary<Question, Answer> ASK =
      Operation.unary("ask", Question.class, Answer.class);
  private static final Unary<Question, Answer> ASK_TWICE = ASK.idempotent();
  private static final Unary<byte[], byte[]> BYTES =
      Operation.unary("bytes", byte[].class, byte[].class);
  private static final Streaming<Question, Answer> CHAT =
      Operation.streaming("chat", Question.class, Answer.class);
  private static final Streaming<String, String> TEXTS =
      Operation.streaming("texts", String.class, String.class);
  private static final Streaming<Integer, Integer> NUMBERS =
      Operation.streaming("numbers", Integer.class, Integer.class);
  private static final OneWay<Question> NOTE = Operation.oneWay("note", Question.class);
  private static final Duplex<String, String> TALK =
      Operation.duplex("talk", String.class, String.class);
  private static final Question QUESTION = new Question("why");

  @RegisterExtension final ForeignService service = new ForeignService();

  @Test
  void theRequestIsPostedAndTheResponseIsTheReply() throws Exception {
    service.serve("/", exchange -> answer(exchange, 200, "application/json", "{\"text\":\"so\"}"));
    Answer reply =
        service
            .channel("")
            .request(
                ASK,
                QUESTION,
                CallOptions.timeout(Duration.ofSeconds(20))
                    .withMetadata("authorization", "Bearer secret")
                    .withKey("k1"));

    assertThat(reply).isEqualTo(new Answer("so"));
    ForeignService.Seen seen = next(service.seen);
    assertThat(seen.method()).isEqualTo("POST");
    assertThat(seen.target()).isEqualTo("/ask");
    assertThat(seen.body()).isEqualTo("{\"text\":\"why\"}");
    assertThat(seen.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("authorization", "Bearer secret")
        .containsEntry("idempotency-key", "k1")
        .containsEntry("user-agent", "agentchannel");
    assertThat(seen.headers().get("agent-timeout")).matches("(1[0-9]|20)[0-9]{3}ms");
  }

  @Test
  void thePathSaysWhatTheRequestIsPostedTo() throws Exception {
    service.serve("/", exchange -> answer(exchange, 200, "application/json", "{\"text\":\"so\"}"));
    service.channel("/v1/questions?lang=en").request(ASK, QUESTION);
    service.channel("/v1/").request(ASK, QUESTION);

    assertThat(next(service.seen).target()).isEqualTo("/v1/questions?lang=en");
    assertThat(next(service.seen).target()).isEqualTo("/v1/ask");
  }

  @Test
  void bytesOfAnySizeGoInAndOut() throws Exception {
    service.serve(
        "/bytes",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(new byte[1000]);
          }
        });

    assertThat(service.channel("/").request(BYTES, new byte[500_000])).hasSize(1_000_000);
    assertThat(next(service.seen).body()).hasSize(500_000);
  }

  @Test
  void eventsAreAStream() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    service.serve(
        "/chat",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
          exchange.sendResponseHeaders(200, 0);
          write(
              exchange.getResponseBody(),
              "\ufeff: hello\n\nid: 1\ndata: {\"text\":\ndata: \"a\"}\n\n");
          await(read);
          write(
              exchange.getResponseBody(), "event: ping\n\ndata:{\"text\":\"b\"}\r\n\r\ndata: lost");
        });

    try (ReplyStream<Answer> stream = service.channel("/").stream(CHAT, QUESTION)) {
      var answers = stream.iterator();
      assertThat(answers.next()).isEqualTo(new Answer("a"));
      read.countDown();
      assertThat(answers.next()).isEqualTo(new Answer("b"));
      assertThat(answers.hasNext()).isFalse();
    }
    assertThat(next(service.seen).headers().get("accept")).startsWith("text/event-stream");
  }

  @Test
  void eventsMayBeTextsAndSayThatTheyAreDone() throws Exception {
    service.serve(
        "/",
        exchange ->
            answer(
                exchange,
                200,
                "text/event-stream",
                "data: Hello\n\n"
                    + "data:  42\n\n"
                    + "data: \"quoted\"\n\n"
                    + "data: 42\n\n"
                    + "data: [DONE]\n\n"
                    + "data: late\n\n"));

    assertThat(all(service.channel("/").stream(TEXTS, "")))
        .containsExactly("Hello", " 42", "quoted", "42");
  }

  @Test
  void eventsMayBeNumbers() throws Exception {
    service.serve(
        "/", exchange -> answer(exchange, 200, "text/event-stream", "data: 42\n\ndata: 43\n\n"));

    assertThat(all(service.channel("/").stream(NUMBERS, 1))).containsExactly(42, 43);
  }

  @Test
  void anErrorEventFailsTheStream() throws Exception {
    service.serve(
        "/",
        exchange ->
            answer(
                exchange,
                200,
                "text/event-stream",
                "data: {\"text\":\"a\"}\n\nevent: error\n"
                    + "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"x\"}}\n\n"));

    try (ReplyStream<Answer> stream = service.channel("/").stream(CHAT, QUESTION)) {
      var answers = stream.iterator();
      answers.next();
      AgentException failure = failure(answers::hasNext);
      assertThat(failure.code()).isEqualTo(Code.APPLICATION);
      assertThat(failure).hasMessage("overloaded");
    }
  }

  @Test
  void linesAreAStream() throws Exception {
    service.serve(
        "/",
        exchange ->
            answer(
                exchange,
                200,
                "application/x-ndjson",
                "{\"text\":\"a\"}\n\n{\"text\":\"b\"}\r\n{\"text\":\"c\"}"));

    assertThat(all(service.channel("/").stream(CHAT, QUESTION)))
        .containsExactly(new Answer("a"), new Answer("b"), new Answer("c"));
  }

  @Test
  void anArrayIsAStreamOfItsElements() throws Exception {
    service.serve(
        "/",
        exchange ->
            answer(exchange, 200, "application/json", " [ {\"text\":\"a\"},\n{\"text\":\"b\"} ] "));

    assertThat(all(service.channel("/").stream(CHAT, QUESTION)))
        .containsExactly(new Answer("a"), new Answer("b"));
  }

  @Test
  void aStreamThatIsCutFails() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket connection = socket.accept()) {
                  readHead(connection);
                  write(
                      connection.getOutputStream(),
                      "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
                          + "Transfer-Encoding: chunked\r\n\r\n"
                          + "f\r\n{\"text\":\"abc\"}\n\r\n5\r\n{\"te");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      AgentChannel channel =
          service.agent(Map.of()).channel("http-native://127.0.0.1:" + socket.getLocalPort());
      try (ReplyStream<Answer> stream = channel.stream(CHAT, QUESTION)) {
        var answers = stream.iterator();
        assertThat(answers.next()).isEqualTo(new Answer("abc"));
        AgentException failure = failure(answers::hasNext);
        assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      }
      served.get(10, SECONDS);
    }
  }

  @Test
  void aSlowCallerHoldsTheServiceBack() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    String line = "{\"text\":\"" + "x".repeat(10_000) + "\"}\n";
    service.serve(
        "/chat",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 3_000; i++) {
            write(exchange.getResponseBody(), line);
            sent.incrementAndGet();
          }
        });

    try (ReplyStream<Answer> stream = service.channel("/").stream(CHAT, QUESTION)) {
      var answers = stream.iterator();
      answers.next();
      int[] before = {-1};
      Awaitility.await()
          .pollInterval(Duration.ofMillis(300))
          .until(
              () -> {
                boolean same = sent.get() == before[0];
                before[0] = sent.get();
                return same;
              });
      // The sockets hold some megabytes.
      assertThat(sent.get()).isLessThan(2_000);
      for (int i = 1; i < 3_000; i++) {
        answers.next();
      }
      assertThat(answers.hasNext()).isFalse();
    }
  }

  @Test
  void aReplyIsAskedForWhereTheServiceSays() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    service.serve(
        "/ask",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/jobs/1");
          exchange.getResponseHeaders().set("Retry-After", "0");
          answer(exchange, 202, "application/json", "{}");
        });
    service.serve(
        "/jobs/1",
        exchange -> {
          switch (polls.incrementAndGet()) {
            case 1 -> {
              exchange.getResponseHeaders().set("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");
              answer(exchange, 202, "application/json", "{}");
            }
            case 2 -> answer(exchange, 503, "text/plain", "busy");
            case 3 -> {
              exchange.getResponseHeaders().set("Location", "/results/1");
              answer(exchange, 303, "text/plain", "");
            }
            default -> answer(exchange, 500, "text/plain", "");
          }
        });
    service.serve(
        "/results/1", exchange -> answer(exchange, 200, "application/json", "{\"text\":\"so\"}"));

    assertThat(
            service
                .channel("")
                .request(ASK, QUESTION, CallOptions.metadata("authorization", "Bearer s")))
        .isEqualTo(new Answer("so"));
    assertThat(next(service.seen).method()).isEqualTo("POST");
    ForeignService.Seen poll = next(service.seen);
    assertThat(poll.method()).isEqualTo("GET");
    assertThat(poll.headers()).containsEntry("authorization", "Bearer s");
    assertThat(polls).hasValue(3);
  }

  @Test
  void aReplyIsNotAskedForAtAnotherHost() throws Exception {
    service.serve(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest");
          answer(exchange, 202, "application/json", "{}");
        });

    AgentException failure = failure(() -> service.channel("").request(ASK, QUESTION));
    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void aCancelledCallAsksNoMore() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    service.serve(
        "/",
        exchange -> {
          polls.incrementAndGet();
          exchange.getResponseHeaders().set("Location", "/jobs/1");
          exchange.getResponseHeaders().set("Retry-After", "3600");
          answer(exchange, 202, "application/json", "{}");
        });
    CompletableFuture<Answer> reply = service.channel("").requestAsync(ASK, QUESTION);
    Awaitility.await().until(() -> polls.get() == 1);

    assertThat(reply.cancel(true)).isTrue();
    // That nothing is left, timers apart, is looked at after the test.
  }

  @Test
  void aOneWayCallEndsWithTheAcceptance() throws Exception {
    service.serve(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/jobs/1");
          answer(exchange, 202, "application/json", "{}");
        });
    service.channel("/").send(NOTE, QUESTION);

    assertThat(next(service.seen).body()).isEqualTo("{\"text\":\"why\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT, PROCESSED",
    "401, UNAUTHENTICATED, PROCESSED",
    "403, PERMISSION_DENIED, PROCESSED",
    "404, UNIMPLEMENTED, PROCESSED",
    "409, FAILED_PRECONDITION, PROCESSED",
    "413, INVALID_ARGUMENT, PROCESSED",
    "429, RESOURCE_EXHAUSTED, UNKNOWN",
    "500, INTERNAL, UNKNOWN",
    "502, UNAVAILABLE, UNKNOWN",
    "503, UNAVAILABLE, UNKNOWN",
    "504, DEADLINE_EXCEEDED, UNKNOWN",
    "302, FAILED_PRECONDITION, UNKNOWN"
  })
  void aStatusIsACode(int status, Code code, Outcome outcome) throws Exception {
    service.serve("/", exchange -> answer(exchange, status, "text/plain", ""));
    AgentException failure = failure(() -> service.channel("").request(ASK, QUESTION));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.outcome()).isEqualTo(outcome);
    assertThat(failure).hasMessageContaining("answered " + status);
    assertThat(failure.details()).containsEntry("http.status", String.valueOf(status));
    assertThat(service.seen).hasSize(1);
  }

  @Test
  void aProblemSaysMoreThanItsStatus() throws Exception {
    service.serve(
        "/anyones",
        exchange ->
            answer(
                exchange,
                409,
                "application/problem+json",
                "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"detail\":\"no\\nsuch\","
                    + "\"balance\":30,\"accounts\":[1,{\"a\":2}]}"));
    service.serve(
        "/agents",
        exchange ->
            answer(
                exchange,
                502,
                "application/problem+json",
                "{\"status\":502,\"detail\":\"lost\",\"code\":\"APPLICATION\","
                    + "\"outcome\":\"PROCESSED\",\"details\":{\"shelf\":\"7\"}}"));

    assertThat(failure(() -> service.channel("/anyones").request(ASK, QUESTION)))
        .hasMessage("no such");
    AgentException agents = failure(() -> service.channel("/agents").request(ASK, QUESTION));
    assertThat(agents.code()).isEqualTo(Code.APPLICATION);
    assertThat(agents.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(agents.details()).containsEntry("shelf", "7");
  }

  @Test
  void aServiceThatIsNotThereDidNotGetTheRequest() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    AgentChannel channel = service.agent(Map.of()).channel("http-native://127.0.0.1:" + port);
    AgentException failure =
        failure(() -> channel.request(ASK, QUESTION, CallOptions.timeout(Duration.ofMillis(300))));

    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(channel.explain().toString()).contains("connection refused");
  }

  @Test
  void aCallWaitsForAServiceThatIsNotThereYet() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    AgentChannel channel = service.agent(Map.of()).channel("http-native://127.0.0.1:" + port);
    CompletableFuture<Answer> reply = channel.requestAsync(ASK, QUESTION);
    Awaitility.await().until(() -> channel.explain().toString().contains("connection refused"));
    HttpServer late =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    late.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer(exchange, 200, "application/json", "{\"text\":\"so\"}");
          }
        });
    late.start();
    try {
      assertThat(reply.get(20, SECONDS)).isEqualTo(new Answer("so"));
    } finally {
      late.stop(0);
    }
  }

  @Test
  void aRequestThatMayHaveArrivedIsNotSentAgain() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread hangsUp =
          new Thread(
              () -> {
                try {
                  while (true) {
                    try (Socket connection = socket.accept()) {
                      readHead(connection);
                      requests.incrementAndGet();
                    }
                  }
                } catch (IOException closed) {
                  // The test is over.
                }
              });
      hangsUp.start();
      AgentChannel channel =
          service.agent(Map.of()).channel("http-native://127.0.0.1:" + socket.getLocalPort());
      AgentException failure = failure(() -> channel.request(ASK, QUESTION));
      assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(requests).hasValue(1);

      failure(
          () -> channel.request(ASK_TWICE, QUESTION, CallOptions.timeout(Duration.ofSeconds(2))));
      assertThat(requests.get()).isGreaterThan(2);
      socket.close();
      hangsUp.join(10_000);
    }
  }

  @Test
  void aCancelHangsUp() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch hungUp = new CountDownLatch(1);
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread waits =
          new Thread(
              () -> {
                try (Socket connection = socket.accept()) {
                  readHead(connection);
                  asked.countDown();
                  while (connection.getInputStream().read() >= 0) {
                    // The body.
                  }
                  hungUp.countDown();
                } catch (IOException reset) {
                  hungUp.countDown();
                }
              });
      waits.start();
      AgentChannel channel =
          service.agent(Map.of()).channel("http-native://127.0.0.1:" + socket.getLocalPort());
      CompletableFuture<Answer> reply = channel.requestAsync(ASK, QUESTION);
      assertThat(asked.await(10, SECONDS)).isTrue();
      reply.cancel(true);

      assertThat(hungUp.await(10, SECONDS)).isTrue();
      waits.join(10_000);
    }
  }

  @Test
  void theDeadlineEndsTheCall() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    service.serve("/", exchange -> await(over));
    AgentException failure =
        failure(
            () ->
                service
                    .channel("")
                    .request(ASK, QUESTION, CallOptions.timeout(Duration.ofMillis(200))));
    over.countDown();

    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void aReplyLargerThanAllowedIsRefused() throws Exception {
    service.agent(Map.of("http.maxReply", "64KiB"));
    service.serve(
        "/ask",
        exchange -> answer(exchange, 200, "application/json", "\"" + "x".repeat(70_000) + "\""));
    service.serve(
        "/chat", exchange -> answer(exchange, 200, "application/x-ndjson", "x".repeat(70_000)));
    service.serve(
        "/numbers",
        exchange -> answer(exchange, 200, "application/json", "[[" + "1,".repeat(70_000) + "1]]"));
    service.serve(
        "/texts",
        exchange -> answer(exchange, 200, "text/event-stream", "data: xxxxxxxxx\n".repeat(10_000)));

    AgentException unary = failure(() -> service.channel("/").request(ASK, QUESTION));
    assertThat(unary.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(unary.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(failure(() -> all(service.channel("/").stream(CHAT, QUESTION))).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure(() -> all(service.channel("/").stream(TEXTS, ""))).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure(() -> all(service.channel("/").stream(NUMBERS, 1))).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void whatCannotBeAskedOfAServiceIsRefusedHere() {
    AgentChannel channel = service.channel("");
    assertThat(failure(() -> channel.open(TALK).receive()).code()).isEqualTo(Code.UNIMPLEMENTED);
    for (Map.Entry<String, String> bad :
        Map.of("host", "a", "content-length", "1", "x-a", "b\r\nx-c: d").entrySet()) {
      AgentException failure =
          failure(
              () ->
                  channel.request(
                      ASK, QUESTION, CallOptions.metadata(bad.getKey(), bad.getValue())));
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThat(failure.getMessage()).contains(bad.getKey()).doesNotContain("\r");
    }
    assertThatThrownBy(() -> service.agent(Map.of()).channel("http-native://user:secret@host/"))
        .hasMessageContaining("must look like")
        .hasMessageNotContaining("secret");
    assertThat(service.seen).isEmpty();
  }

  private static <T> List<T> all(ReplyStream<T> stream) {
    List<T> all = new ArrayList<>();
    try (stream) {
      stream.forEach(all::add);
    }
    return all;
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static void readHead(Socket connection) throws IOException {
    int end = 0;
    while (end < 4) {
      int c = connection.getInputStream().read();
      if (c < 0) {
        return;
      }
      end = c == "\r\n\r\n".charAt(end) ? end + 1 : c == '\r' ? 1 : 0;
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await(20, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
