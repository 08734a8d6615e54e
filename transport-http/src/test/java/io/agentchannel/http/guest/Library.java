package io.agentchannel.http.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.testkit.contract.LeakCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A running agent that plain clients call, new for each test; checks that the test left nothing.
 */
final class Library implements BeforeEachCallback, AfterEachCallback {
  record Question(String text) {}

  record Answer(String text) {}

  static final Unary<Question, Answer> ASK = Operation.unary("ask", Question.class, Answer.class);
  static final Unary<Payload, Payload> COPY = Operation.unary("copy", Payload.class, Payload.class);
  static final Unary<String, String> WHO = Operation.unary("who", String.class, String.class);
  static final Unary<String, String> SLOW = Operation.unary("slow", String.class, String.class);
  static final Unary<String, String> THINK = Operation.unary("think", String.class, String.class);
  static final Unary<String, String> FAIL = Operation.unary("fail", String.class, String.class);
  static final Streaming<Integer, Answer> COUNT =
      Operation.streaming("count", Integer.class, Answer.class);
  static final Streaming<Integer, String> FLOOD =
      Operation.streaming("flood", Integer.class, String.class);
  static final Streaming<String, String> BREAK =
      Operation.streaming("break", String.class, String.class);
  static final OneWay<String> NOTE = Operation.oneWay("note", String.class);

  final HttpClient http = HttpClient.newHttpClient();
  final AtomicInteger runs = new AtomicInteger();
  final AtomicInteger sent = new AtomicInteger();
  final BlockingQueue<Map<String, String>> metadata = new LinkedBlockingQueue<>();
  final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
  final Semaphore gate = new Semaphore(0);
  volatile CountDownLatch cancelled = new CountDownLatch(1);

  private final Map<String, Object> config = new HashMap<>();
  private LeakCheck leaks = LeakCheck.begin();
  private @Nullable Agent agent;

  @Override
  public void beforeEach(ExtensionContext context) {
    leaks = LeakCheck.begin();
    config.put("name", "library");
    config.put("identity", "ephemeral");
    config.put("listen", "http+poll://127.0.0.1:0");
    config.put("guests", "loopback");
    config.put("drain", "200ms");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    gate.release(1000);
    if (agent != null) {
      agent.close();
    }
    if (context.getExecutionException().isEmpty()) {
      leaks.assertNothingLeft();
    }
  }

  /** Before the first request. */
  Library with(String key, Object value) {
    config.put(key, value);
    return this;
  }

  Agent agent() {
    Agent running = agent;
    if (running == null) {
      running = serve(Agent.builder(AgentConfig.of(config))).start();
      agent = running;
    }
    return running;
  }

  private AgentBuilder serve(AgentBuilder builder) {
    return builder
        .serve(ASK, (question, call) -> new Answer(question.text() + "!"))
        .serve(COPY, (payload, call) -> payload)
        .serve(
            WHO,
            (text, call) -> {
              runs.incrementAndGet();
              metadata.add(call.metadata());
              return call.peer().toString();
            })
        .serve(
            SLOW,
            (text, call) -> {
              runs.incrementAndGet();
              call.onCancel(cancelled::countDown);
              gate.acquire();
              return text;
            })
        .serve(
            THINK,
            (text, call) -> {
              gate.acquire();
              return text;
            })
        .serve(
            FAIL,
            (text, call) -> {
              throw AgentException.application(text, Map.of("shelf", "7"));
            })
        .serveStream(
            COUNT,
            (most, out, call) -> {
              call.onCancel(cancelled::countDown);
              for (int i = 1; i <= most; i++) {
                sent.incrementAndGet();
                out.send(new Answer(String.valueOf(i)));
                if (i == 3 && most > 1000) {
                  gate.acquire();
                }
              }
            })
        .serveStream(
            FLOOD,
            (size, out, call) -> {
              call.onCancel(cancelled::countDown);
              String item = "x".repeat(size);
              while (true) {
                out.send(item);
                sent.incrementAndGet();
              }
            })
        .serveStream(
            BREAK,
            (text, out, call) -> {
              out.send("first");
              throw AgentException.application(text);
            })
        .serveOneWay(NOTE, (note, call) -> notes.add(note));
  }

  URI base() {
    URI endpoint = agent().endpoints().get(0);
    return URI.create("http://127.0.0.1:" + endpoint.getPort());
  }

  URI url(String path) {
    return URI.create(base() + path);
  }

  /** A request with these headers, in pairs. */
  HttpRequest.Builder post(String operation, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url("/agents/library/" + operation))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    boolean typed = Stream.of(headers).anyMatch("Content-Type"::equals);
    if (!typed) {
      request.header("Content-Type", "application/json");
    }
    return headers.length == 0 ? request : request.headers(headers);
  }

  HttpResponse<String> call(String operation, String body, String... headers) throws Exception {
    return http.send(
        post(operation, body, headers).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(url(path)).GET();
    return http.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  HttpResponse<String> delete(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(url(path)).DELETE().build(),
        HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return next;
  }
}
