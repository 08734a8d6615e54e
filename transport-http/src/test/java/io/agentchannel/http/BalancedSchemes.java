package io.agentchannel.http;

import io.agentchannel.AgentId;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP transport once more, under {@code balanced+} and its schemes: twice behind a balancer
 * that gives each request to the other one, and of which only one knows the link. Public for {@link
 * java.util.ServiceLoader} alone.
 */
public final class BalancedSchemes implements Transport {
  private static final String PREFIX = "balanced+";

  private final HttpTransport one = new HttpTransport();
  private final HttpTransport other = new HttpTransport();
  private final Queue<HttpProxy> balancers = new ConcurrentLinkedQueue<>();

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
    return one.connect(inner(endpoint), peer, context);
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    URI at = inner(endpoint);
    URI elsewhere = URI.create(at.getScheme() + "://127.0.0.1:0");
    return one.listen(at, context)
        .thenCombine(
            other.listen(elsewhere, context), (here, there) -> balanced(endpoint, here, there));
  }

  private Binding balanced(URI endpoint, Binding here, Binding there) {
    HttpProxy balancer = HttpProxy.balancing(here.endpoint().getPort(), there.endpoint().getPort());
    balancers.add(balancer);
    URI through = URI.create(endpoint.getScheme() + "://127.0.0.1:" + balancer.port());
    return new Binding() {
      @Override
      public URI endpoint() {
        return through;
      }

      @Override
      public void close() {
        here.close();
        there.close();
      }
    };
  }

  @Override
  public void close() {
    one.close();
    other.close();
    balancers.forEach(HttpProxy::close);
  }
}
