package io.agentchannel.http.service;

import static io.agentchannel.http.service.ForeignService.answer;
import static io.agentchannel.http.service.ForeignService.await;
import static io.agentchannel.http.service.ForeignService.failure;
import static io.agentchannel.http.service.ForeignService.readHead;
import static io.agentchannel.http.service.Questions.ASK;
import static io.agentchannel.http.service.Questions.QUESTION;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import io.agentchannel.http.service.Questions.Answer;
import io.agentchannel.http.service.Questions.Question;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** Services that are not there, hang up, or are given up. */
@Timeout(60)
class LostServicesTest {
  private static final Unary<Question, Answer> ASK_TWICE = ASK.idempotent();

  @RegisterExtension final ForeignService service = new ForeignService();

  @Test
  void aServiceThatIsNotThereDidNotGetTheRequest() throws Exception {
    int port = freePort();
    AgentChannel channel = service.agent(Map.of()).channel("http-native://127.0.0.1:" + port);
    AgentException failure =
        failure(() -> channel.request(ASK, QUESTION, CallOptions.timeout(Duration.ofMillis(300))));

    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(channel.explain().toString()).contains("connection refused");
  }

  @Test
  void aCallWaitsForAServiceThatIsNotThereYet() throws Exception {
    int port = freePort();
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
