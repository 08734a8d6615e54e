package io.agentchannel.websocket;

import io.agentchannel.AgentId;
import io.agentchannel.netty.internal.BusyPolling;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Dial;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Membership;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
  private final Membership membership = new Membership("WebSocket");

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public WebSocketTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of(Endpoints.PLAIN.scheme(), Endpoints.TLS.scheme());
  }

  @Override
  public Set<String> optionKeys() {
    Set<String> keys = new HashSet<>(Settings.KEYS);
    keys.addAll(BusyPolling.KEYS);
    return keys;
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return membership.with(
        context,
        network -> {
          Endpoint to = Endpoints.of(endpoint);
          Settings settings = Settings.of(context.options());
          return Dial.start(
              to,
              settings.connectTimeout(),
              new Dialled(to, settings, channels, context),
              network.loops(),
              network.loops().group(),
              context);
        });
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return membership.with(
        context,
        network ->
            network.listen(
                new Listener(
                    Endpoints.of(endpoint), Settings.of(context.options()), channels, context),
                context));
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
    Network used = membership.end();
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
