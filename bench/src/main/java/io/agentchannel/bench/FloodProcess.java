package io.agentchannel.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link FloodingPeer} in a process of its own. */
final class FloodProcess implements AutoCloseable {
  private static final Path NICE = Path.of("/usr/bin/nice");

  private final Process process;
  private final BufferedReader said;

  private FloodProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Returns when the flood is under way. */
  static FloodProcess start(FloodingPeer.Kind kind, String endpoint) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(NICE)) {
      command.addAll(List.of(NICE.toString(), "-n", "19"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            FloodingPeer.class.getName(),
            kind.name(),
            endpoint));
    try {
      FloodProcess flood =
          new FloodProcess(
              new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
      flood.next();
      return flood;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String next() {
    try {
      String line = said.readLine();
      if (line == null) {
        throw new StalledException("the flood has dried up");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How fast it has been since it began. */
  double perSecond() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new StalledException("the flood has dried up");
    }
    return Double.parseDouble(next());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
