package io.agentchannel.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A serve or publish command that runs in a thread of this process until it is closed. */
final class Serving implements AutoCloseable {
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final Thread thread;

  private Serving(InputStream in, List<String> args) {
    Console console =
        new Console(
            in,
            OutputStream.nullOutputStream(),
            new PrintStream(new ReadyLine(), true, StandardCharsets.UTF_8));
    thread =
        new Thread(
            () -> exitCode.complete(Main.run(console, args.toArray(String[]::new))), "serving");
    exitCode.thenRun(() -> ready.completeExceptionally(new IOException("ended, never ready")));
    thread.start();
  }

  /** Starts the command with a key of its own and an endpoint at a free port. */
  static Serving start(InputStream in, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--listen", "ws://127.0.0.1:0"));
    all.addAll(List.of("--set", "identity=ephemeral", "--set", "trust.policy=open"));
    return new Serving(in, all);
  }

  static Serving start(String... args) {
    return start(InputStream.nullInputStream(), args);
  }

  /** The endpoint, as soon as it can be called. */
  String endpoint() throws Exception {
    return ready.get(30, TimeUnit.SECONDS);
  }

  int exitCode() throws Exception {
    return exitCode.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    thread.interrupt();
    exitCode();
    thread.join();
  }

  /** Finds the endpoint in what is written for people. */
  private final class ReadyLine extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      if (b != '\n') {
        line.write(b);
        return;
      }
      String[] words = line.toString(StandardCharsets.UTF_8).split(" ");
      line.reset();
      if (words.length == 3 && words[0].equals("ready")) {
        ready.complete(words[2]);
      }
    }
  }
}
