package io.agentchannel.http.internal.client;

import io.agentchannel.netty.internal.Dial;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Makes connections to one endpoint, all on one event loop. Thread-safe. */
public record Dialler(
    Endpoint endpoint,
    Duration timeout,
    Connection.Dialling dialling,
    Network network,
    EventLoop loop,
    TransportContext context) {

  /** Completes on the event loop; cancelling it gives the attempt up. */
  public CompletableFuture<Connection> dial() {
    CompletableFuture<Connection> attempt =
        Dial.start(endpoint, timeout, dialling, network.loops(), loop, context);
    CompletableFuture<Connection> made = new CompletableFuture<>();
    made.whenComplete(
        (connection, failure) -> {
          if (made.isCancelled()) {
            attempt.cancel(true);
          }
        });
    attempt.whenComplete(
        (connection, failure) -> {
          try {
            loop.execute(() -> settle(made, connection, failure));
          } catch (RejectedExecutionException closed) {
            settle(made, connection, failure);
          }
        });
    return made;
  }

  private static void settle(
      CompletableFuture<Connection> made, Connection connection, Throwable failure) {
    if (failure != null) {
      made.completeExceptionally(failure);
    } else if (!made.complete(connection)) {
      connection.close();
    }
  }
}
