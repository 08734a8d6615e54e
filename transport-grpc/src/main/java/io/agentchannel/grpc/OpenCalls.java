package io.agentchannel.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is open in one transport, so that its close reaches everything. Thread-safe. */
final class OpenCalls {
  private final Set<GrpcLink> links = ConcurrentHashMap.newKeySet();
  private final Set<ManagedChannel> connections = ConcurrentHashMap.newKeySet();
  private final Set<Server> servers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Closes the link if it comes too late. */
  void add(GrpcLink link) {
    links.add(link);
    link.left().thenRun(() -> links.remove(link));
    if (closed) {
      link.close();
    }
  }

  void add(ManagedChannel connection) {
    connections.removeIf(ManagedChannel::isTerminated);
    connections.add(connection);
    if (closed) {
      connection.shutdownNow();
    }
  }

  /** A server that comes too late is ended by who started it. */
  boolean add(Server server) {
    servers.removeIf(Server::isTerminated);
    servers.add(server);
    return !closed;
  }

  /** Links begin to close in order; nobody is let in any more. */
  void close() {
    closed = true;
    links.forEach(GrpcLink::close);
  }

  /**
   * Waits until the links have closed, but not longer than this; then cuts what is left. Not on an
   * event loop: a server waits for its port.
   *
   * <p>An interrupt does not shorten it: the closing thread may be a handler's that this very close
   * has cancelled, and the last words of its peers are still on the way.
   */
  void awaitNone(long millis) {
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    CompletableFuture<Void> none =
        CompletableFuture.allOf(
            links.stream().map(GrpcLink::left).toArray(CompletableFuture[]::new));
    interrupted |= await(left -> none.get(left, TimeUnit.NANOSECONDS), end);
    connections.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
    long last = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (ManagedChannel connection : connections) {
      interrupted |= await(left -> connection.awaitTermination(left, TimeUnit.NANOSECONDS), last);
    }
    for (Server server : servers) {
      interrupted |= await(left -> server.awaitTermination(left, TimeUnit.NANOSECONDS), last);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Wait {
    Object get(long nanos) throws InterruptedException, ExecutionException, TimeoutException;
  }

  /** Whether an interrupt came meanwhile. */
  private static boolean await(Wait wait, long end) {
    boolean interrupted = false;
    while (true) {
      try {
        wait.get(end - System.nanoTime());
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException slow) {
        return interrupted;
      }
    }
  }
}
