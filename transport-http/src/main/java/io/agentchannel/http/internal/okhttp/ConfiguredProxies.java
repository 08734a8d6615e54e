package io.agentchannel.http.internal.okhttp;

import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.TransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/** The proxies of the agent's configuration, as OkHttp asks for them. Thread-safe. */
final class ConfiguredProxies extends ProxySelector implements Authenticator {
  private static final String AUTHORIZATION = "Proxy-Authorization";

  private final TransportContext context;
  private final Set<String> used = ConcurrentHashMap.newKeySet();

  ConfiguredProxies(TransportContext context) {
    this.context = context;
  }

  @Override
  public List<Proxy> select(URI uri) {
    boolean tls = "https".equals(uri.getScheme());
    int port = uri.getPort() != -1 ? uri.getPort() : tls ? 443 : 80;
    HttpProxy proxy = context.proxy(uri.getHost(), port);
    if (proxy == null) {
      return List.of(Proxy.NO_PROXY);
    }
    used.add(proxy.host());
    return List.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
  }

  /** Whether this is the name of a proxy that has been taken; there are few. */
  boolean isProxy(String host) {
    return used.contains(host);
  }

  /** The call fails, and says so. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response) {
    HttpUrl url = response.request().url();
    HttpProxy proxy = context.proxy(url.host(), url.port());
    if (proxy == null || proxy.user() == null || response.request().header(AUTHORIZATION) != null) {
      return null;
    }
    String password = proxy.password() == null ? "" : proxy.password();
    return response
        .request()
        .newBuilder()
        .header(AUTHORIZATION, Credentials.basic(proxy.user(), password))
        .build();
  }
}
