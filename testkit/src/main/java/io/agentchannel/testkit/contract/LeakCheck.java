package io.agentchannel.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Says whether a test left threads or sockets behind: those whose names begin with {@code
 * agentchannel}, and, where the system shows them ({@code /proc/self/fd}), open sockets. What was
 * there when the check was made is not looked at. Immutable.
 */
public final class LeakCheck {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  static {
    useSocketsOnce();
  }

  private final Set<Thread> threads = threads();
  private final Set<String> sockets = sockets();

  private LeakCheck() {}

  /** Notes what is there now. */
  public static LeakCheck begin() {
    return new LeakCheck();
  }

  /**
   * Waits until all that came since is gone again.
   *
   * @throws AssertionError that names what is left after ten seconds
   */
  public void assertNothingLeft() {
    try {
      Conditions.awaitThat("nothing left", () -> left().isEmpty());
    } catch (ConditionTimeoutException timeout) {
      throw new AssertionError("left behind: " + String.join(", ", left()), timeout);
    }
  }

  /** What is left now. */
  List<String> left() {
    Set<Thread> newThreads = threads();
    newThreads.removeAll(threads);
    Set<String> newSockets = sockets();
    newSockets.removeAll(sockets);
    return Stream.concat(
            newThreads.stream().map(thread -> "thread " + thread.getName()), newSockets.stream())
        .toList();
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("agentchannel"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Set<String> sockets() {
    Set<String> found = new TreeSet<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return found;
    }
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      descriptors.forEach(
          descriptor -> {
            try {
              String target = Files.readSymbolicLink(descriptor).toString();
              if (target.startsWith("socket:")) {
                found.add(target);
              }
            } catch (IOException closedMeanwhile) {
              // Then it is none that is left.
            }
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return found;
  }

  /** The JDK opens a socket for itself with the first one, and keeps it. */
  private static void useSocketsOnce() {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
        client.shutdownOutput();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
