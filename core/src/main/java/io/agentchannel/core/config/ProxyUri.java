package io.agentchannel.core.config;

import io.agentchannel.spi.HttpProxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The text form of a proxy: {@code http://[user:password@]host:port}. */
public final class ProxyUri {
  private static final String FORM = "write http://[user:password@]host:port";

  private ProxyUri() {}

  /**
   * Reads one; user and password may have escapes such as {@code %40}.
   *
   * @throws IllegalArgumentException with a message that says what to write, and never quotes the
   *     text: it may hold a password
   */
  public static HttpProxy parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not a URI; " + FORM);
    }
    String host = uri.getHost();
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException("only http:// proxies are spoken to; " + FORM);
    }
    if (host == null || uri.getPort() < 1 || uri.getPort() > 0xffff) {
      throw new IllegalArgumentException("has no host or no port; " + FORM);
    }
    boolean more =
        !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
            || uri.getRawQuery() != null
            || uri.getRawFragment() != null;
    if (more) {
      throw new IllegalArgumentException("has something after the port; " + FORM);
    }
    boolean bracketed = host.startsWith("[");
    return proxy(
        bracketed ? host.substring(1, host.length() - 1) : host,
        uri.getPort(),
        uri.getRawUserInfo());
  }

  private static HttpProxy proxy(String host, int port, @Nullable String userInfo) {
    if (userInfo == null) {
      return new HttpProxy(host, port, null, null);
    }
    int colon = userInfo.indexOf(':');
    String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
    String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
    // RFC 7617, section 2: the first colon ends the user, and there are no control characters.
    if (user.isEmpty() || user.contains(":") || hasControl(user) || hasControl(password)) {
      throw new IllegalArgumentException("has no user that a proxy could be told; " + FORM);
    }
    return new HttpProxy(host, port, user, password);
  }

  private static String decoded(String escaped) {
    // In a form a plus is a space; in a URI it is itself.
    return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }
}
