package io.agentchannel.http.internal.client;

import io.agentchannel.netty.internal.Dial;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to one endpoint, all on one event loop. Thread-safe.
 *
 * @param check refuses a connection that has been made, with an exception
 */
public record Dialler(
    Endpoint endpoint,
    Duration timeout,
    Connection.Dialling dialling,
    Network network,
    EventLoop loop,
    TransportContext context,
    Consumer<Connection> check) {

  /** One to which every connection is good. */
  public Dialler(
      Endpoint endpoint,
      Duration timeout,
      Connection.Dialling dialling,
      Network network,
      EventLoop loop,
      TransportContext context) {
    this(endpoint, timeout, dialling, network, loop, context, connection -> {});
  }

  /** The same, but for what is looked at when a connection has been made. */
  public Dialler checking(Consumer<Connection> otherCheck) {
    return new Dialler(endpoint, timeout, dialling, network, loop, context, otherCheck);
  }

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

  private void settle(
      CompletableFuture<Connection> made, Connection connection, Throwable failure) {
    Throwable why = failure == null ? refusal(connection) : failure;
    if (why != null) {
      made.completeExceptionally(why);
    } else if (!made.complete(connection)) {
      connection.close();
    }
  }

  private @Nullable Throwable refusal(Connection connection) {
    try {
      check.accept(connection);
      return null;
    } catch (RuntimeException refused) {
      connection.close();
      return refused;
    }
  }
}
