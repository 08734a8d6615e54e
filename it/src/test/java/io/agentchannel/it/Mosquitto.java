package io.agentchannel.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The mosquitto that is installed here, as a process of its own. */
final class Mosquitto implements RunningBroker {
  private final Process process;
  private final int port;

  private Mosquitto(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** For {@code @EnabledIf}. */
  static boolean isInstalled() {
    return executable().isPresent();
  }

  private static Optional<Path> executable() {
    Stream<String> folders = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"));
    return Stream.concat(folders, Stream.of("/usr/sbin", "/usr/local/sbin"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "mosquitto"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * @param more lines of its configuration
   */
  static Mosquitto start(Path folder, String... more) throws IOException {
    return startAt(HiveMqBroker.freePort(), folder, more);
  }

  /**
   * On a port to which another can come back: not one that the system gives to those who connect,
   * or who tries to connect to it meanwhile gets it for itself, and talks to itself.
   */
  static Mosquitto startWhereOneCanReturn(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom();
    while (true) {
      int port = random.nextInt(10_000, 30_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        free.close();
        return startAt(port, folder);
      } catch (BindException taken) {
        // Then another.
      }
    }
  }

  static Mosquitto startAt(int port, Path folder, String... more) throws IOException {
    List<String> lines =
        Stream.concat(
                Stream.of(
                    "listener " + port + " 127.0.0.1",
                    "allow_anonymous true",
                    // Without it a round trip at QoS 1 takes 44 ms.
                    "set_tcp_nodelay true",
                    "max_queued_messages 10000",
                    // Started by root it would become somebody who cannot read the test's files.
                    "user " + System.getProperty("user.name"),
                    "persistence false"),
                Arrays.stream(more))
            .toList();
    Path configuration = folder.resolve("mosquitto.conf");
    Files.write(configuration, lines);
    Process process =
        new ProcessBuilder(executable().orElseThrow().toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    await().ignoreExceptions().until(() -> isListening(port));
    return new Mosquitto(process, port);
  }

  private static boolean isListening(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  @Override
  public int port() {
    return port;
  }

  /** As a machine that loses its power would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
