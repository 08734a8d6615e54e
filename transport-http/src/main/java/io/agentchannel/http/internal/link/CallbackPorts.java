package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.Settings;
import io.agentchannel.http.internal.server.HttpUser;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.TransportContext;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where this end is called back: at the URL that is configured, at a port that the agent listens at
 * anyway, or at one that is opened for it on the address from which the peer is reached.
 * Thread-safe.
 */
final class CallbackPorts {
  private static final Endpoint.Kind PLAIN =
      new Endpoint.Kind("http+webhook", false, "https+webhook");
  private static final Endpoint.Kind TLS = new Endpoint.Kind("https+webhook", true, "http+webhook");

  /** One that was opened for callbacks alone. */
  private record Place(String address, boolean tls) {}

  private final CallbackResource resource;
  private final Channels channels;
  private final Set<Binding> own = ConcurrentHashMap.newKeySet();
  private final Map<Place, CompletableFuture<Binding>> opened = new ConcurrentHashMap<>();

  CallbackPorts(CallbackResource resource, Channels channels) {
    this.resource = resource;
    this.channels = channels;
  }

  CallbackResource resource() {
    return resource;
  }

  /** The agent listens there, with {@link #resource} among what it serves. */
  Binding listening(Binding binding) {
    own.add(binding);
    return new Binding() {
      @Override
      public URI endpoint() {
        return binding.endpoint();
      }

      @Override
      public void close() {
        own.remove(binding);
        binding.close();
      }
    };
  }

  /**
   * What the URLs of callbacks begin with.
   *
   * @param local from which the peer is reached
   */
  CompletableFuture<String> base(
      InetAddress local,
      boolean tls,
      Settings settings,
      Network network,
      TransportContext context) {
    String configured = settings.callback();
    String listen = settings.callbackListen();
    if (configured != null && listen == null) {
      return CompletableFuture.completedFuture(withoutSlash(configured));
    }
    String scheme = tls ? "https://" : "http://";
    Binding known = listen == null ? reachable(local, tls) : null;
    if (known != null) {
      return CompletableFuture.completedFuture(scheme + text(local, known.endpoint().getPort()));
    }
    Place place = new Place(listen != null ? listen : text(local, 0), tls);
    return opened
        .computeIfAbsent(place, at -> open(at, network, context))
        .whenComplete(
            (binding, failure) -> {
              if (failure != null) {
                opened.remove(place);
              }
            })
        .thenApply(
            binding ->
                configured != null
                    ? withoutSlash(configured)
                    : scheme + text(local, binding.endpoint().getPort()));
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private CompletableFuture<Binding> open(Place place, Network network, TransportContext context) {
    Endpoint.Kind kind = place.tls() ? TLS : PLAIN;
    Endpoint at;
    try {
      at = Endpoint.of(URI.create(kind.scheme() + "://" + place.address()), kind);
    } catch (IllegalArgumentException unreadable) {
      return CompletableFuture.failedFuture(
          new AgentException(
              Code.INVALID_ARGUMENT,
              Outcome.NOT_SENT,
              "webhook.listen: must be host:port, not " + OneLine.of(place.address())));
    }
    return network.listen(new HttpUser(at, List.of(resource), channels), context);
  }

  private @Nullable Binding reachable(InetAddress local, boolean tls) {
    for (Binding binding : own) {
      URI endpoint = binding.endpoint();
      if (endpoint.getScheme().startsWith("https") == tls
          && (NetUtil.createByteArrayFromIpAddressString(endpoint.getHost()) != null)
          && isAt(new InetSocketAddress(endpoint.getHost(), 0).getAddress(), local)) {
        return binding;
      }
    }
    return null;
  }

  private static String text(InetAddress address, int port) {
    return NetUtil.toSocketAddressString(new InetSocketAddress(address, port));
  }

  private static boolean isAt(InetAddress bound, InetAddress local) {
    return bound.isAnyLocalAddress() || bound.equals(local);
  }
}
