package io.agentchannel.core.proxy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import io.agentchannel.core.config.ProxyUri;
import io.agentchannel.spi.HttpProxy;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code proxy: system}: what the JVM was told ({@link ProxySelector#getDefault}, which reads
 * {@code https.proxyHost} and its siblings), and where it was told nothing, the environment as curl
 * reads it: {@code https_proxy}, {@code all_proxy}, {@code http_proxy}, except for the hosts in
 * {@code no_proxy}. Every tunnel is asked for with CONNECT, as one of HTTPS is; so the settings for
 * HTTPS come first whatever goes through it.
 *
 * <p>This machine's own addresses never take a proxy. Names are not resolved to find that out: the
 * network may know them nowhere but at the proxy.
 *
 * <p>{@code HTTP_PROXY} in capitals is left out: in a CGI program a client's header sets it.
 */
final class SystemProxies implements Proxies {
  private static final List<String> VARIABLES =
      List.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy");
  private static final List<String> EXCEPTIONS = List.of("no_proxy", "NO_PROXY");
  private static final List<String> PROPERTIES =
      List.of("https.proxyHost", "http.proxyHost", "java.net.useSystemProxies");

  private final Map<String, String> environment;
  private final NoProxy exceptions;

  SystemProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    String written = first(EXCEPTIONS);
    this.exceptions = NoProxy.of(written == null ? "" : String.valueOf(environment.get(written)));
  }

  @Override
  public @Nullable HttpProxy to(String host, int port) {
    if (NoProxy.isLoopback(host)) {
      return null;
    }
    HttpProxy told = ofJvm(host, port);
    if (told != null || PROPERTIES.stream().anyMatch(name -> System.getProperty(name) != null)) {
      return told;
    }
    return exceptions.contains(host, port) ? null : ofEnvironment();
  }

  private static @Nullable HttpProxy ofJvm(String host, int port) {
    ProxySelector selector = ProxySelector.getDefault();
    if (selector == null) {
      return null;
    }
    String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    boolean socks = false;
    for (String scheme : List.of("https", "http")) {
      for (Proxy proxy : selector.select(URI.create(scheme + "://" + authority + "/"))) {
        if (proxy.type() == Proxy.Type.HTTP && proxy.address() instanceof InetSocketAddress at) {
          return new HttpProxy(at.getHostString(), at.getPort(), null, null);
        }
        socks |= proxy.type() == Proxy.Type.SOCKS;
      }
    }
    if (socks) {
      throw unusable(
          "proxy: system: the JVM names a SOCKS proxy; set https.proxyHost to an HTTP one");
    }
    return null;
  }

  private @Nullable HttpProxy ofEnvironment() {
    String variable = first(VARIABLES);
    if (variable == null) {
      return null;
    }
    String value = String.valueOf(environment.get(variable)).strip();
    try {
      return ProxyUri.parse(value.contains("://") ? value : "http://" + value);
    } catch (IllegalArgumentException e) {
      throw unusable("proxy: system reads " + variable + ", which " + OneLine.of(e.getMessage()));
    }
  }

  private static AgentException unusable(String what) {
    return new AgentException(Code.FAILED_PRECONDITION, Outcome.NOT_SENT, what);
  }

  private @Nullable String first(List<String> names) {
    for (String name : names) {
      if (!environment.getOrDefault(name, "").isBlank()) {
        return name;
      }
    }
    return null;
  }
}
