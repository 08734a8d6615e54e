package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.Settings;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.TransportContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The links of one transport, of both ends. Thread-safe. */
public final class HttpLinks {
  private final LiveLinks live = new LiveLinks();
  private final Channels channels;
  private final LinkTable table;
  private final CallbackPorts callbackPorts;

  /**
   * @param channels to which every connection is added
   */
  public HttpLinks(Channels channels, int mostLinks) {
    this.channels = channels;
    this.table = new LinkTable(mostLinks);
    this.callbackPorts = new CallbackPorts(new CallbackResource(), channels);
  }

  /** Serves peers at an endpoint. */
  public Listening listen(
      Endpoint endpoint, Settings settings, Network network, TransportContext context) {
    Listening listening = new Listening();
    // A peer that polls and one with a callback are each told so by what they ask for.
    Callbacks callbacks = new Callbacks(settings, network, channels, context);
    listening.serve(
        List.of(
            new LinkResource(
                endpoint.isTls() ? "https+poll" : "http+poll",
                Words.LINKS,
                /* trustsTls= */ true,
                (loop, info, quiet) -> new ServerLink(loop, info, quiet),
                table,
                live,
                listening,
                context),
            new LinkResource(
                endpoint.isTls() ? "https+webhook" : "http+webhook",
                Words.HOOKS,
                // Its secrets come out of the handshake.
                /* trustsTls= */ false,
                (loop, info, quiet) -> new CalledBackLink(loop, info, quiet, callbacks),
                table,
                live,
                listening,
                context),
            callbackPorts.resource()));
    return listening;
  }

  /** The agent listens there; callbacks may come there, too. */
  public Binding listening(Binding binding) {
    return callbackPorts.listening(binding);
  }

  /** Makes a link that polls. */
  public CompletableFuture<Link> poll(
      Endpoint endpoint, Settings settings, Network network, TransportContext context) {
    return new Connecting(endpoint, settings, network, channels, live, null, context).start();
  }

  /** Makes a link that is called back. */
  public CompletableFuture<Link> hook(
      Endpoint endpoint, Settings settings, Network network, TransportContext context) {
    return new Connecting(endpoint, settings, network, channels, live, callbackPorts, context)
        .start();
  }

  /** Begins to close all links. */
  public void close() {
    live.close();
  }

  /** Waits until they have, but not longer than this. */
  public void awaitNone(long millis) {
    live.awaitNone(millis);
  }

  /** Gives up what has still to be said. */
  public void abandon() {
    live.abandon();
  }
}
