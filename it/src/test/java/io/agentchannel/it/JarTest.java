package io.agentchannel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one runnable jar, as its users start it: services merged, natives in place, exit codes. */
@TestInstance(Lifecycle.PER_CLASS)
class JarTest {
  private static final Pattern ENDPOINT = Pattern.compile("ws://127\\.0\\.0\\.1:(\\d+)");

  @TempDir static Path home;

  private Process server;
  private int port;

  @BeforeAll
  void serve() throws Exception {
    int free = freePort();
    server =
        new RunnableJar(home)
            .start(
                "serve",
                "--name",
                "up",
                "--listen",
                "ws://127.0.0.1:" + free,
                "--listen",
                "http+poll://127.0.0.1:" + free,
                "--listen",
                "http+webhook://127.0.0.1:" + free,
                "--set",
                "webhook.allow-private=true",
                "--op",
                "upper",
                "--exec",
                "tr a-z A-Z",
                "--guests",
                "loopback");
    port = Integer.parseInt(RunnableJar.awaitLine(server, ENDPOINT).group(1));
  }

  @AfterAll
  void stop() throws Exception {
    RunnableJar.stop(server);
  }

  private record Result(int exit, String out, String err) {}

  private static Result run(String... arguments) throws Exception {
    Process process = new RunnableJar(home).start(arguments);
    process.getOutputStream().close();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> read(process.errorReader(UTF_8)));
    String out = read(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err.get(10, TimeUnit.SECONDS));
  }

  private static String read(BufferedReader reader) {
    StringBuilder text = new StringBuilder();
    reader.lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http+poll", "http+webhook"})
  void theOtherSchemesOfItsPortWorkToo(String scheme) throws Exception {
    Result result = run("call", scheme + "://127.0.0.1:" + port, "upper", "--data", "hello");

    assertThat(result.out()).isEqualTo("HELLO\n");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aCallIsAnsweredByTheProgram() throws Exception {
    Result result = run("call", "ws://127.0.0.1:" + port, "upper", "--data", "hello");

    assertThat(result.out()).isEqualTo("HELLO\n");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void anUnknownSchemeIsOneLineAndUsage() throws Exception {
    Result result = run("call", "carrier-pigeon://roof", "upper", "--data", "x");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1).first().asString().contains("carrier-pigeon");
  }

  @Test
  void aPortInUseIsOneLine() throws Exception {
    Result result =
        run(
            "serve",
            "--name",
            "second",
            "--listen",
            "ws://127.0.0.1:" + port,
            "--op",
            "x",
            "--exec",
            "cat");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1).first().asString().contains("in use");
  }

  @Test
  void aPlainWebSocketClientGetsTheSame() throws Exception {
    CompletableFuture<String> reply = new CompletableFuture<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("agentchannel.v1+json")
            .buildAsync(URI.create("ws://127.0.0.1:" + port), new FirstText(reply))
            .get(10, TimeUnit.SECONDS);
    socket.sendText(
        "{\"kind\":\"open\",\"exchange\":\"1\",\"operation\":\"upper\",\"body\":\"hello\","
            + "\"last\":true}",
        true);

    assertThat(reply.get(10, TimeUnit.SECONDS))
        .contains("\"kind\":\"item\"")
        .contains("\"exchange\":\"1\"")
        .contains("\"body\":\"HELLO\"")
        .contains("\"last\":true");
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
  }

  private static final class FirstText implements WebSocket.Listener {
    private final CompletableFuture<String> text;
    private final StringBuilder parts = new StringBuilder();

    FirstText(CompletableFuture<String> text) {
      this.text = text;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        text.complete(parts.toString());
      }
      socket.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      text.completeExceptionally(error);
    }
  }

  @Test
  void aWebPageIsRefused() throws Exception {
    for (String protocol : List.of("agentchannel.v1", "agentchannel.v1+json")) {
      assertThat(upgrade(protocol, "Origin: https://example.org\r\n")).contains(" 403 ");
    }
    assertThat(upgrade("agentchannel.v1+json", "")).contains(" 101 ");
  }

  private String upgrade(String protocol, String header) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      String request =
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:"
              + port
              + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Protocol: "
              + protocol
              + "\r\n"
              + header
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return String.valueOf(
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine());
    }
  }
}
