package io.agentchannel.http;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.guest.Guests;
import io.agentchannel.http.internal.Settings;
import io.agentchannel.http.internal.link.HttpLinks;
import io.agentchannel.http.internal.link.Listening;
import io.agentchannel.http.internal.server.HttpUser;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.service.HttpServices;
import io.agentchannel.netty.internal.BusyPolling;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Links over HTTP/1.1. With {@code http+poll} the caller asks for what there is, in requests that
 * wait until there is something; it may sit behind NAT and still be called. With {@code
 * http+webhook} each side posts to the other.
 *
 * <p>The path of an endpoint comes before that of every request, and may name the agent that it is
 * meant for; any is accepted here, the handshake of the agents checks it. The port may be one that
 * {@code ws} links of the same agent use, too.
 *
 * <p>A link's executor is an event loop, on which packets are delivered without a hand-over.
 * Threads are made for the first link or port, and are daemons.
 */
public final class HttpTransport implements Transport {
  private static final long CLOSE_GRACE_MILLIS = 500;
  private static final String HOOK = "http+webhook";
  private static final String HOOK_TLS = "https+webhook";
  private static final Map<String, Endpoint.Kind> KINDS =
      Map.of(
          "http+poll",
          new Endpoint.Kind("http+poll", false, "https+poll"),
          "https+poll",
          new Endpoint.Kind("https+poll", true, "http+poll"),
          HOOK,
          new Endpoint.Kind(HOOK, false, HOOK_TLS),
          HOOK_TLS,
          new Endpoint.Kind(HOOK_TLS, true, HOOK));

  private final Channels channels = new Channels(Channel::close);
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Network network;
  private @Nullable HttpLinks links;
  private @Nullable Guests guests;
  private boolean closed;

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public HttpTransport() {}

  @Override
  public Set<String> schemes() {
    Set<String> schemes = new HashSet<>(KINDS.keySet());
    schemes.addAll(HttpServices.schemes());
    return schemes;
  }

  @Override
  public Set<String> optionKeys() {
    Set<String> keys = new HashSet<>(Settings.KEYS);
    keys.addAll(Guests.optionKeys());
    keys.addAll(HttpServices.optionKeys());
    keys.addAll(BusyPolling.KEYS);
    return keys;
  }

  /** What works need. */
  private record Opened(Network network, HttpLinks links, Guests guests, Settings settings) {}

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return with(
        context,
        opened -> {
          Endpoint to = endpointOf(endpoint);
          return to.scheme().equals(HOOK) || to.scheme().equals(HOOK_TLS)
              ? opened.links().hook(to, opened.settings(), opened.network(), context)
              : opened.links().poll(to, opened.settings(), opened.network(), context);
        });
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return with(
        context,
        opened -> {
          Endpoint at = endpointOf(endpoint);
          // An operation may be called "links"; no base path ends in "agents/{name}".
          List<Resource> resources = new ArrayList<>(opened.guests().resources());
          Listening listening =
              opened.links().listen(at, opened.settings(), opened.network(), context);
          resources.addAll(listening.resources());
          return opened
              .network()
              .listen(new HttpUser(at, resources, channels), context)
              .thenApply(binding -> opened.links().listening(listening.bound(binding)));
        });
  }

  @Override
  public PlainService service(URI endpoint, TransportContext context) {
    return HttpServices.of(endpoint, context);
  }

  private static Endpoint endpointOf(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    Endpoint.Kind kind = KINDS.get(scheme);
    if (kind == null) {
      throw new AgentException(
          Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "not a scheme of this transport: " + scheme);
    }
    return Endpoint.of(uri, kind);
  }

  private <T> CompletableFuture<T> with(
      TransportContext context, Function<Opened, CompletableFuture<T>> work) {
    try {
      return work.apply(open(context));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private Opened open(TransportContext context) {
    Settings settings = Settings.of(context.options());
    lock.lock();
    try {
      if (closed) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the HTTP transport is closed");
      }
      if (network == null) {
        network = Network.join(context);
      }
      if (links == null) {
        links = new HttpLinks(channels, settings.maxLinks());
      }
      if (guests == null) {
        guests = Guests.of(context);
      }
      return new Opened(network, links, guests, settings);
    } finally {
      lock.unlock();
    }
  }

  /** Waits a moment for its links to close in order, unless it is called on a thread of its own. */
  @Override
  public void close() {
    Network used;
    HttpLinks ending;
    Guests leaving;
    lock.lock();
    try {
      used = closed ? null : network;
      ending = links;
      leaving = guests;
      closed = true;
    } finally {
      lock.unlock();
    }
    if (used == null) {
      return;
    }
    boolean canWait = !used.loops().isCurrent();
    if (leaving != null) {
      leaving.close();
    }
    if (ending != null) {
      ending.close();
      if (canWait) {
        ending.awaitNone(CLOSE_GRACE_MILLIS);
      }
      ending.abandon();
    }
    channels.close();
    if (canWait) {
      channels.awaitNone(CLOSE_GRACE_MILLIS);
    }
    used.leave(CLOSE_GRACE_MILLIS);
  }
}
