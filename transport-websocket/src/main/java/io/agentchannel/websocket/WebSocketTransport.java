package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Dial;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
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
 * handshake of the agents checks it. The port may be one that {@code http} transports of the same
 * agent listen at, too.
 *
 * <p>A link's executor is the event loop of its socket, on which packets are delivered without a
 * hand-over. Silence on SDK links is the core's to notice; plain clients are pinged from here.
 *
 * <p>Threads are made for the first link or port, and are daemons.
 */
public final class WebSocketTransport implements Transport {
  private static final long CLOSE_GRACE_MILLIS = 500;

  private final Channels channels = new Channels(WebSocketTransport::close);
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Network network;
  private boolean closed;

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public WebSocketTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of(Endpoints.PLAIN.scheme(), Endpoints.TLS.scheme());
  }

  @Override
  public Set<String> optionKeys() {
    return Settings.KEYS;
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return with(
        context,
        using -> {
          Endpoint to = Endpoints.of(endpoint);
          Settings settings = Settings.of(context.options());
          return Dial.start(
              to,
              settings.connectTimeout(),
              new Dialled(to, settings, channels, context),
              using.loops(),
              using.loops().group(),
              context);
        });
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return with(
        context,
        using ->
            using.listen(
                new Listener(
                    Endpoints.of(endpoint), Settings.of(context.options()), channels, context),
                context));
  }

  private <T> CompletableFuture<T> with(
      TransportContext context, Function<Network, CompletableFuture<T>> work) {
    try {
      return work.apply(open(context));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private Network open(TransportContext context) {
    lock.lock();
    try {
      if (closed) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the WebSocket transport is closed");
      }
      if (network == null) {
        network = Network.join(context.identity());
      }
      return network;
    } finally {
      lock.unlock();
    }
  }

  /** Links end with a Close that says so, anything else at once. */
  private static void close(Channel channel) {
    WebSocketLink link = channel.pipeline().get(WebSocketLink.class);
    if (link == null) {
      channel.close();
    } else {
      link.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
    }
  }

  /** Waits a moment for its links to close in order, unless it is called on a thread of its own. */
  @Override
  public void close() {
    Network used;
    lock.lock();
    try {
      used = closed ? null : network;
      closed = true;
    } finally {
      lock.unlock();
    }
    if (used == null) {
      return;
    }
    channels.close();
    if (used.loops().isCurrent()) {
      used.leave(CLOSE_GRACE_MILLIS);
    } else {
      channels.awaitNone(CLOSE_GRACE_MILLIS);
      used.leave(CLOSE_GRACE_MILLIS);
    }
  }
}
