package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Links over WebSocket (RFC 6455): one binary message a packet, sub-protocol {@code
 * agentchannel.v1}. Plain clients use {@code agentchannel.v1+json} and come through {@link
 * GuestCalls}. Extensions are never agreed on.
 *
 * <p>The path of an endpoint names the agent that it is meant for; any is accepted here, the
 * handshake of the agents checks it.
 *
 * <p>A link's executor is the event loop of its socket, on which packets are delivered without a
 * hand-over. Silence on SDK links is the core's to notice; plain clients are pinged from here.
 *
 * <p>Threads are made for the first link or port, and are daemons.
 */
public final class WebSocketTransport implements Transport {
  private static final long CLOSE_GRACE_MILLIS = 500;

  private final Channels channels = new Channels();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable EventLoops loops;
  private boolean closed;

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public WebSocketTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of(Endpoint.PLAIN, Endpoint.TLS);
  }

  @Override
  public Set<String> optionKeys() {
    return Settings.KEYS;
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return with(
        using ->
            Dial.start(
                Endpoint.of(endpoint), Settings.of(context.options()), using, channels, context));
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return with(
        using ->
            Listener.open(
                Endpoint.of(endpoint), Settings.of(context.options()), using, channels, context));
  }

  private <T> CompletableFuture<T> with(Function<EventLoops, CompletableFuture<T>> work) {
    try {
      return work.apply(open());
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private EventLoops open() {
    lock.lock();
    try {
      if (closed) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the WebSocket transport is closed");
      }
      if (loops == null) {
        loops = new EventLoops();
      }
      return loops;
    } finally {
      lock.unlock();
    }
  }

  /** Waits a moment for its links to close in order, unless it is called on a thread of its own. */
  @Override
  public void close() {
    EventLoops used;
    lock.lock();
    try {
      used = closed ? null : loops;
      closed = true;
    } finally {
      lock.unlock();
    }
    if (used == null) {
      return;
    }
    channels.close();
    if (used.isCurrent()) {
      used.close(CLOSE_GRACE_MILLIS);
    } else {
      channels.awaitNone(CLOSE_GRACE_MILLIS);
      used.close(0);
    }
  }
}
