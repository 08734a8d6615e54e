package io.agentchannel.http.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.agentchannel.http.webhook.WebhookKey;
import io.agentchannel.http.webhook.WebhookVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of docs/http.md, by the real curl. */
@Timeout(120)
class CurlExamplesTest {
  private static final Path PAGE = Path.of("..", "docs", "http.md");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String MARK = "-- next --";

  /** A command, and what the page says it prints. */
  private record Example(String command, List<String> prints) {
    Pattern printed() {
      return Pattern.compile(
          prints.stream()
              .map(line -> Pattern.quote(line).replace("…", "\\E.+\\Q"))
              .collect(Collectors.joining("\n")));
    }
  }

  @RegisterExtension final Library library = new Library();

  @Test
  void theyPrintWhatThePageSays() throws Exception {
    Assumptions.assumeTrue(
        isThere("curl") && isThere("openssl"), "skipped: curl or openssl is not installed");
    library.with("webhook.secret", SECRET).with("webhook.allow-private", true);
    try (Receiver receiver = new Receiver()) {
      List<List<Example>> sessions = sessions();
      assertThat(sessions).hasSizeGreaterThan(7);
      for (List<Example> session : sessions) {
        run(session, receiver);
      }
      assertThat(receiver.verified.poll(10, TimeUnit.SECONDS)).isEqualTo("{\"text\":\"hello!\"}");
    }
  }

  private void run(List<Example> session, Receiver receiver) throws Exception {
    String script =
        session.stream()
            .map(Example::command)
            .collect(Collectors.joining("\necho '" + MARK + "'\n"))
            .replace("http://localhost:7080", library.base().toString())
            .replace("http://localhost:9000", receiver.url());
    Process bash =
        new ProcessBuilder("bash", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    StringBuilder read = new StringBuilder();
    try (BufferedReader lines = bash.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read.append(line).append('\n');
        if (line.contains("\"done\":false")) {
          // It has been shown that the thought is not complete.
          library.gate.release();
        }
      }
    }
    String output = read.toString();
    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
    String[] printed = output.split(MARK + "\n", -1);
    assertThat(printed).as(output).hasSize(session.size());
    for (int i = 0; i < printed.length; i++) {
      assertThat(printed[i].stripTrailing())
          .as(session.get(i).command())
          .matches(session.get(i).printed());
    }
  }

  /** The console blocks; one shell for each. */
  private static List<List<Example>> sessions() throws IOException {
    List<List<Example>> sessions = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.equals("```console")) {
        inside = true;
        sessions.add(new ArrayList<>());
      } else if (line.equals("```")) {
        inside = false;
      } else if (inside) {
        List<Example> session = sessions.get(sessions.size() - 1);
        if (line.startsWith("$ ")) {
          session.add(new Example(line.substring(2), new ArrayList<>()));
        } else {
          session.get(session.size() - 1).prints().add(line);
        }
      }
    }
    for (List<Example> session : sessions) {
      for (Example example : session) {
        List<String> prints = example.prints();
        while (!prints.isEmpty() && prints.get(prints.size() - 1).isBlank()) {
          prints.remove(prints.size() - 1);
        }
      }
    }
    return sessions;
  }

  private static boolean isThere(String program) throws Exception {
    try {
      return new ProcessBuilder(program, program.equals("curl") ? "--version" : "version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Takes webhooks that are signed with the secret. */
  private static final class Receiver implements AutoCloseable {
    final BlockingQueue<String> verified = new LinkedBlockingQueue<>();
    private final HttpServer server;

    Receiver() throws IOException {
      WebhookVerifier verifier = new WebhookVerifier(List.of(WebhookKey.parse(SECRET)));
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/replies",
          exchange -> {
            try (exchange) {
              byte[] body = exchange.getRequestBody().readAllBytes();
              verifier.verify(
                  exchange.getRequestHeaders().getFirst("webhook-id"),
                  exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                  exchange.getRequestHeaders().getFirst("webhook-signature"),
                  body);
              verified.add(new String(body, StandardCharsets.UTF_8));
              exchange.sendResponseHeaders(204, -1);
            }
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
