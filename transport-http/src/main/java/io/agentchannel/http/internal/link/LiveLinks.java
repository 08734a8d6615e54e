package io.agentchannel.http.internal.link;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** All links of a transport, so that its close reaches them. Thread-safe. */
final class LiveLinks {
  private final Set<HttpLink> links = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Closes the link if it comes too late. */
  void add(HttpLink link) {
    links.add(link);
    link.whenGone().thenRun(() -> links.remove(link));
    if (closed) {
      link.close();
    }
  }

  void close() {
    closed = true;
    links.forEach(HttpLink::close);
  }

  /** Ends those that have not said their last words yet, and all that they still try. */
  void abandon() {
    links.forEach(link -> link.onLoop(link::vanish));
  }

  /**
   * Waits until all have said their last words, but not longer than this. An interrupt does not
   * shorten it: a handler that closes its own agent is interrupted by that very close.
   */
  void awaitNone(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            links.stream().map(HttpLink::whenGone).toArray(CompletableFuture[]::new));
    boolean interrupted = false;
    while (!all.isDone() && end - System.nanoTime() > 0) {
      try {
        all.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException later) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException late) {
        // Their connections are closed under them.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
