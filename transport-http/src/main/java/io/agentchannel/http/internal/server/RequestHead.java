package io.agentchannel.http.internal.server;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request but its body.
 *
 * @param path as sent, without the query
 * @param query as sent, without the question mark; empty if there is none
 * @param secure whether it came through TLS
 * @param connection what it came over, to tell one client from another; the streams of HTTP/2 share
 *     one
 */
public record RequestHead(
    HttpMethod method,
    String path,
    String query,
    HttpHeaders headers,
    @Nullable SocketAddress remote,
    @Nullable SocketAddress local,
    boolean secure,
    Channel connection) {
  private static final String BEARER = "bearer ";

  static RequestHead of(HttpRequest request, Channel channel, boolean secure) throws Refusal {
    // RFC 9112, section 3.2: exactly one, or what stands in between may see another.
    if (request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "there must be one Host header");
    }
    String target = originForm(request.uri());
    int question = target.indexOf('?');
    return new RequestHead(
        request.method(),
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        request.headers(),
        channel.remoteAddress(),
        channel.localAddress(),
        secure,
        channel instanceof Http2StreamChannel ? channel.parent() : channel);
  }

  /** A proxy's absolute form (RFC 9112, section 3.2.2) names the host once more. */
  private static String originForm(String target) throws Refusal {
    if (target.startsWith("/")) {
      return target;
    }
    int authority = target.indexOf("://");
    if (authority < 0) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "the target must be a path");
    }
    int path = target.indexOf('/', authority + 3);
    return path < 0 ? "/" : target.substring(path);
  }

  /** The last so many segments of the path, still escaped; null if it has fewer. */
  public String @Nullable [] lastSegments(int count) {
    String[] last = new String[count];
    int end = path.length();
    for (int i = count - 1; i >= 0; i--) {
      int slash = path.lastIndexOf('/', end - 1);
      if (slash < 0) {
        return null;
      }
      last[i] = path.substring(slash + 1, end);
      end = slash;
    }
    return last;
  }

  /**
   * A segment or a parameter without its escapes.
   *
   * @throws Refusal if they are broken
   */
  public static String unescape(String text) throws Refusal {
    try {
      return QueryStringDecoder.decodeComponent(text.replace("+", "%2B"));
    } catch (IllegalArgumentException broken) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "the target has a broken escape");
    }
  }

  /** The value of a query parameter as sent, or null. */
  public @Nullable String parameter(String name) {
    int begin = 0;
    while (begin < query.length()) {
      int end = query.indexOf('&', begin);
      end = end < 0 ? query.length() : end;
      if (query.startsWith(name, begin)
          && begin + name.length() < end
          && query.charAt(begin + name.length()) == '=') {
        return query.substring(begin + name.length() + 1, end);
      }
      begin = end + 1;
    }
    return null;
  }

  /**
   * A query parameter that is a number from 0 on.
   *
   * @throws Refusal if it is none, or larger than {@code most}
   */
  public long number(String name, long otherwise, long most) throws Refusal {
    String value = parameter(name);
    if (value == null) {
      return otherwise;
    }
    long number = 0;
    boolean good = !value.isEmpty() && value.length() <= 18;
    for (int i = 0; good && i < value.length(); i++) {
      char digit = value.charAt(i);
      good = digit >= '0' && digit <= '9';
      number = 10 * number + (digit - '0');
    }
    if (!good || number > most) {
      throw new Refusal(
          HttpResponseStatus.BAD_REQUEST, "'" + name + "' must be a number from 0 to " + most);
    }
    return number;
  }

  /**
   * A header that may come once.
   *
   * @throws Refusal if it comes twice: who stands in between might have looked at the other
   */
  public @Nullable String single(CharSequence name) throws Refusal {
    List<String> values = headers.getAll(name);
    if (values.size() > 1) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "more than one header " + name);
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /** The bearer token (RFC 6750), or null. */
  public @Nullable String token() throws Refusal {
    String authorization = single(HttpHeaderNames.AUTHORIZATION);
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }

  /** Whether it says that it came through a proxy. */
  public boolean isForwarded() {
    for (String name : headers.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.equals("forwarded") || lower.startsWith("x-forwarded-")) {
        return true;
      }
    }
    return false;
  }

  /** Where it comes from, or null if that is no IP address. */
  public @Nullable InetAddress address() {
    return remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }
}
