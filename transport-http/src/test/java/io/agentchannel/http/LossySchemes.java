package io.agentchannel.http;

import io.agentchannel.AgentId;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import io.agentchannel.testkit.ForwardingContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP transport once more, under {@code lossy+} and its schemes: behind a proxy that passes
 * whole responses on, swallows one in ten, and closes connections over which nothing has moved for
 * two seconds. So are callbacks. Public for {@link java.util.ServiceLoader} alone.
 */
public final class LossySchemes implements Transport {
  private static final String PREFIX = "lossy+";
  private static final int DROP_EVERY = 10;
  private static final int IDLE_MILLIS = 2_000;

  private final HttpTransport transport = new HttpTransport();
  private final Queue<HttpProxy> proxies = new ConcurrentLinkedQueue<>();
  private @Nullable Callbacks callbacks;

  @Override
  public Set<String> schemes() {
    return Set.of(PREFIX + "http+poll", PREFIX + "http+webhook");
  }

  private static URI inner(URI endpoint) {
    return URI.create(endpoint.toString().substring(PREFIX.length()));
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    TransportContext used =
        endpoint.getScheme().endsWith("webhook")
                && context.options().text("webhook.callback") == null
            ? calledBackThroughAProxy(context)
            : context;
    return transport.connect(inner(endpoint), peer, used);
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return transport
        .listen(inner(endpoint), context)
        .thenApply(
            binding -> {
              HttpProxy proxy = own(proxyTo(binding.endpoint().getPort()));
              URI through = URI.create(endpoint.getScheme() + "://127.0.0.1:" + proxy.port());
              return new Binding() {
                @Override
                public URI endpoint() {
                  return through;
                }

                @Override
                public void close() {
                  binding.close();
                }
              };
            });
  }

  /** What stands in front of all ports. */
  static HttpProxy proxyTo(int port) {
    return HttpProxy.lossy(port, DROP_EVERY, IDLE_MILLIS);
  }

  private HttpProxy own(HttpProxy proxy) {
    proxies.add(proxy);
    return proxy;
  }

  private synchronized TransportContext calledBackThroughAProxy(TransportContext context) {
    if (callbacks == null) {
      int port = FreePorts.next();
      callbacks = new Callbacks(context, port, own(proxyTo(port)).port());
    }
    return callbacks;
  }

  @Override
  public void close() {
    transport.close();
    proxies.forEach(HttpProxy::close);
  }

  /** A context with two options more. */
  private record Callbacks(TransportContext context, int port, int proxyPort)
      implements ForwardingContext, Options {

    @Override
    public Options options() {
      return this;
    }

    @Override
    public @Nullable String text(String key) {
      return switch (key) {
        case "webhook.listen" -> "127.0.0.1:" + port;
        case "webhook.callback" -> "http://127.0.0.1:" + proxyPort;
        default -> context.options().text(key);
      };
    }

    @Override
    public List<String> list(String key) {
      return context.options().list(key);
    }

    @Override
    public boolean flag(String key, boolean otherwise) {
      return context.options().flag(key, otherwise);
    }

    @Override
    public int number(String key, int otherwise) {
      return context.options().number(key, otherwise);
    }

    @Override
    public long size(String key, long otherwise) {
      return context.options().size(key, otherwise);
    }

    @Override
    public Duration duration(String key, Duration otherwise) {
      return context.options().duration(key, otherwise);
    }
  }
}
