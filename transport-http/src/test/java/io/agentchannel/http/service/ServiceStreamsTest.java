package io.agentchannel.http.service;

import static io.agentchannel.http.service.ForeignService.answer;
import static io.agentchannel.http.service.ForeignService.await;
import static io.agentchannel.http.service.ForeignService.failure;
import static io.agentchannel.http.service.ForeignService.next;
import static io.agentchannel.http.service.ForeignService.readHead;
import static io.agentchannel.http.service.ForeignService.write;
import static io.agentchannel.http.service.Questions.CHAT;
import static io.agentchannel.http.service.Questions.NUMBERS;
import static io.agentchannel.http.service.Questions.QUESTION;
import static io.agentchannel.http.service.Questions.TEXTS;
import static io.agentchannel.http.service.Questions.all;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.ReplyStream;
import io.agentchannel.http.service.Questions.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes a stream of replies, and how it ends. */
@Timeout(60)
class ServiceStreamsTest {
  @RegisterExtension final ForeignService service = new ForeignService();

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
}
