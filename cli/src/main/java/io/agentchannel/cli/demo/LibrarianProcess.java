package io.agentchannel.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The librarian in a process of its own. It ends when its standard input does, so that it cannot
 * outlive this process, whatever happens to it.
 */
final class LibrarianProcess implements AutoCloseable {
  private static final long START_SECONDS = 20;
  private static final long STOP_SECONDS = 3;

  private final Process process;
  private final Ready ready;

  /**
   * What it says when it is ready.
   *
   * @param endpoint where it listens
   */
  record Ready(String id, int files, int lines, URI endpoint) {
    static final String WORD = "ready";

    String toLine() {
      return String.join(
          " ", WORD, id, String.valueOf(files), String.valueOf(lines), endpoint.toString());
    }

    static Ready parse(String line) {
      String[] words = line.split(" ");
      if (words.length != 5 || !words[0].equals(WORD)) {
        throw new IllegalArgumentException("the librarian says: " + line);
      }
      return new Ready(
          words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]), URI.create(words[4]));
    }

    InetSocketAddress address() {
      return new InetSocketAddress(endpoint.getHost(), endpoint.getPort());
    }
  }

  private LibrarianProcess(Process process, Ready ready) {
    this.process = process;
    this.ready = ready;
  }

  /**
   * Starts it with this process's own JVM and class path and waits until it can be called.
   *
   * @param main the class to run
   * @param arguments what goes before the visitor and the folders
   * @param visitor the id of the agent that may call it
   */
  static LibrarianProcess start(
      String main, List<String> arguments, String visitor, List<Path> folders) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for seconds: what the second compiler gains it would not live to see.
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    command.add(visitor);
    folders.forEach(folder -> command.add(folder.toAbsolutePath().toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      return new LibrarianProcess(process, awaitReady(process));
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static Ready awaitReady(Process process) throws IOException {
    CompletableFuture<Ready> ready = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                BufferedReader lines =
                    new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                String line = lines.readLine();
                if (line == null) {
                  throw new IOException("the librarian's process ended before it was ready");
                }
                ready.complete(Ready.parse(line));
              } catch (IOException | RuntimeException e) {
                ready.completeExceptionally(e);
              }
            },
            "librarian-ready");
    reader.setDaemon(true);
    reader.start();
    try {
      return ready.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the librarian started", e);
    } catch (TimeoutException e) {
      throw new IOException("the librarian was not ready within " + START_SECONDS + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      throw new IOException(String.valueOf(cause.getMessage()), cause);
    }
  }

  Ready ready() {
    return ready;
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end, and no longer asks when it takes its time. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
