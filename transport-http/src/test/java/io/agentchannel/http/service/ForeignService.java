package io.agentchannel.http.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The JDK's HTTP server, which shares no code with us, and an agent that calls it; new for each
 * test. Checks that the test left nothing.
 */
final class ForeignService implements BeforeEachCallback, AfterEachCallback {
  record Seen(String method, String target, Map<String, String> headers, String body) {}

  final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private LeakCheck leaks = LeakCheck.begin();
  private HttpServer server;
  private ExecutorService threads;
  private Agent agent;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    leaks = LeakCheck.begin();
    threads = Executors.newCachedThreadPool();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    agent = null;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (agent != null) {
      agent.close();
    }
    server.stop(0);
    threads.shutdownNow();
    if (context.getExecutionException().isEmpty()) {
      leaks.assertNothingLeft();
    }
  }

  /** Serves a path; the handler finds the body read, and the exchange closed after it. */
  void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            Map<String, String> headers = new HashMap<>();
            exchange
                .getRequestHeaders()
                .forEach(
                    (name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), String.join("|", values)));
            seen.add(
                new Seen(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            handler.handle(exchange);
          }
        });
  }

  static void answer(HttpExchange exchange, int status, String contentType, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  String endpoint() {
    return "http-native://127.0.0.1:" + server.getAddress().getPort();
  }

  Agent agent(Map<String, Object> more) {
    if (agent == null) {
      Map<String, Object> config = new HashMap<>(more);
      config.put("name", "caller");
      config.put("identity", "ephemeral");
      config.put("drain", "200ms");
      agent = Agent.start(AgentConfig.of(config));
    }
    return agent;
  }

  AgentChannel channel(String path) {
    return agent(Map.of()).channel(endpoint() + path);
  }

  static AgentException failure(ThrowingCallable call) {
    return catchThrowableOfType(AgentException.class, call);
  }

  static AgentException failure(CompletableFuture<?> future) throws Exception {
    try {
      Object reply = future.get(20, TimeUnit.SECONDS);
      throw new AssertionError("it did not fail: " + reply);
    } catch (ExecutionException e) {
      return (AgentException) e.getCause();
    }
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return next;
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  /** Reads to the end of the head of a request. */
  static void readHead(Socket connection) throws IOException {
    int end = 0;
    while (end < 4) {
      int c = connection.getInputStream().read();
      if (c < 0) {
        return;
      }
      end = c == "\r\n\r\n".charAt(end) ? end + 1 : c == '\r' ? 1 : 0;
    }
  }

  static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
