package io.agentchannel.http.internal.okhttp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import okhttp3.Connection;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Lets requests go to allowed addresses only, looked at after the name is resolved: what is found
 * here is what is connected to, whatever the name resolves to later. Where a proxy resolves names,
 * it is the proxy that has to refuse. Thread-safe.
 */
final class GuardedDns implements Dns, Interceptor {
  private final Predicate<InetAddress> allowed;
  private final ConfiguredProxies proxies;

  GuardedDns(Predicate<InetAddress> allowed, ConfiguredProxies proxies) {
    this.allowed = allowed;
    this.proxies = proxies;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> found = Dns.SYSTEM.lookup(host);
    if (proxies.isProxy(host)) {
      return found;
    }
    List<InetAddress> left = found.stream().filter(allowed).toList();
    if (left.isEmpty()) {
      throw new RefusedAddressException();
    }
    return left;
  }

  /** As a network interceptor: addresses that are written down in a URL are not looked up. */
  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (connection != null
        && connection.route().proxy().type() == Proxy.Type.DIRECT
        && !allowed.test(connection.route().socketAddress().getAddress())) {
      throw new RefusedAddressException();
    }
    return chain.proceed(chain.request());
  }
}
