package io.agentchannel.http.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WebhookSenderTest {
  private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  /** One request, and when it came. */
  record Seen(long nanos, String path, String id, String time, String signature, byte[] body) {}

  private final LeakCheck leaks = LeakCheck.begin();
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final BlockingQueue<DeadLetter> dead = new LinkedBlockingQueue<>();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final TlsContext context = new TlsContext();
  private volatile String retryAfter;
  private WebhookSender sender;
  private HttpServer receiver;
  private LeakCheck leaksBesideReceiver;

  @BeforeEach
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            seen.add(
                new Seen(
                    System.nanoTime(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    exchange.getRequestBody().readAllBytes()));
            Integer status = answers.poll();
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            if (retryAfter != null) {
              exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status == null ? 200 : status, -1);
          }
        });
    receiver.start();
    leaksBesideReceiver = LeakCheck.begin();
    sender = sender(true, Collections.nCopies(3, Duration.ofMillis(20)));
  }

  private WebhookSender sender(boolean allowPrivate, List<Duration> pauses) {
    return new WebhookSender(
        new WebhookSigner(List.of(WebhookKey.parse(NEW), WebhookKey.parse(OLD))),
        allowPrivate,
        new RetrySchedule(pauses),
        List.of(dead::add),
        context);
  }

  @AfterEach
  void stop() {
    sender.close();
    context.close();
    // The JDK's server forgets sockets whose request it has not read when it is stopped.
    leaksBesideReceiver.assertNothingLeft();
    receiver.stop(0);
    leaks.assertNothingLeft();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
  }

  private void send(String id) {
    sender.send(id, url(), "application/json", "{}".getBytes(UTF_8), Map.of());
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return next;
  }

  @Test
  void eachKeySigns() throws Exception {
    send("msg_1");

    Seen first = next(seen);
    assertThat(first.signature().split(" ")).hasSize(2).allMatch(each -> each.startsWith("v1,"));
    for (String key : List.of(OLD, NEW)) {
      assertThat(
              new WebhookVerifier(List.of(WebhookKey.parse(key)))
                  .verify(first.id(), first.time(), first.signature(), first.body()))
          .isTrue();
    }
  }

  @Test
  void whatFailsIsTriedAgainWithTheSameId() throws Exception {
    answers.addAll(List.of(500, 404, 302));
    send("msg_1");

    for (int i = 0; i < 4; i++) {
      Seen attempt = next(seen);
      assertThat(attempt.id()).isEqualTo("msg_1");
      assertThat(attempt.path()).isEqualTo("/hook");
    }
    send("msg_2");
    assertThat(next(seen).id()).isEqualTo("msg_2");
    assertThat(dead).isEmpty();
  }

  @Test
  void whatFailsForGoodIsADeadLetter() throws Exception {
    answers.addAll(List.of(500, 500, 500, 503));
    send("msg_1");

    DeadLetter letter = next(dead);
    assertThat(letter.id()).isEqualTo("msg_1");
    assertThat(letter.attempts()).isEqualTo(4);
    assertThat(letter.why()).isEqualTo("the receiver answered 503");
    assertThat(letter.body()).isEqualTo("{}".getBytes(UTF_8));
    assertThat(seen).hasSize(4);
  }

  @Test
  void whoIsGoneIsNotTriedAgain() throws Exception {
    answers.add(410);
    send("msg_1");

    assertThat(next(dead).attempts()).isEqualTo(1);
    assertThat(seen).hasSize(1);
  }

  @Test
  void theReceiverSaysWhenToTryAgain() throws Exception {
    answers.add(429);
    retryAfter = "1";
    send("msg_1");

    long first = next(seen).nanos();
    assertThat(next(seen).nanos() - first).isGreaterThan(SECONDS.toNanos(1));
  }

  @Test
  void whatWaitsWhenTheAgentClosesIsTold() throws Exception {
    sender.close();
    sender = sender(true, List.of(Duration.ofHours(1)));
    answers.add(500);
    send("msg_1");
    next(seen);
    sender.close();

    assertThat(next(dead).why()).isEqualTo("the agent has closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void aPrivateAddressIsNotAskedAnything(String host) throws Exception {
    sender.close();
    sender = sender(false, List.of());
    URI url = URI.create("http://" + host + ":" + receiver.getAddress().getPort() + "/");
    sender.send("msg_1", url, "application/json", new byte[0], Map.of());

    assertThat(next(dead).why()).contains("not a public one");
    assertThat(seen).isEmpty();
  }

  @Test
  void moreThanCanWaitIsADeadLetterAtOnce() throws Exception {
    sender.close();
    sender = sender(true, List.of(Duration.ofHours(1)));
    answers.addAll(Collections.nCopies(2000, 500));
    for (int i = 0; i < 1000; i++) {
      send("msg_" + i);
    }
    assertThat(dead).isEmpty();
    send("msg_1000");

    assertThat(next(dead).why()).isEqualTo("too many deliveries are waiting");
    sender.close();
    assertThat(dead).hasSize(1000);
  }
}
