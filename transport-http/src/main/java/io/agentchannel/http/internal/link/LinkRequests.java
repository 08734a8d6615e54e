package io.agentchannel.http.internal.link;

import io.agentchannel.netty.internal.Endpoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The requests to the other end of a link. For one thread. */
final class LinkRequests {
  private final String host;
  private final String link;
  private @Nullable Signing signing;

  /**
   * @param collection what the path of links begins with
   */
  LinkRequests(Endpoint endpoint, String collection, String id) {
    this(authority(endpoint), base(endpoint.uri()) + "/" + collection + "/" + id);
  }

  private LinkRequests(String host, String link) {
    this.host = host;
    this.link = link;
  }

  /** To the resource that the endpoint itself names. */
  static LinkRequests at(Endpoint endpoint) {
    return new LinkRequests(authority(endpoint), endpoint.uri().getRawPath());
  }

  /** From here on POSTs are signed. */
  void sign(Signing with) {
    signing = with;
  }

  /** For the request that makes a link. */
  static FullHttpRequest create(Endpoint endpoint, String collection, long quietSeconds) {
    return new LinkRequests(authority(endpoint), base(endpoint.uri()) + "/" + collection)
        .request(HttpMethod.POST, "?" + Words.QUIET + "=" + quietSeconds, Unpooled.EMPTY_BUFFER);
  }

  /** RFC 9110, section 7.2: without the scheme's own port. */
  static String authority(Endpoint endpoint) {
    String host = endpoint.uri().getHost();
    return endpoint.port() == (endpoint.isTls() ? 443 : 80) ? host : host + ":" + endpoint.port();
  }

  private static String base(URI uri) {
    String path = uri.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  FullHttpRequest post(Batch batch, long after) {
    FullHttpRequest request =
        request(
            HttpMethod.POST,
            "?" + Words.BATCH + "=" + batch.number() + "&" + Words.AFTER + "=" + after,
            Unpooled.wrappedBuffer(batch.bytes()));
    return signed(request, Long.toString(batch.number()), batch.bytes());
  }

  FullHttpRequest challenge(byte[] question) {
    return signed(
        request(HttpMethod.POST, "?" + Words.CHALLENGE + "=1", Unpooled.wrappedBuffer(question)),
        Words.CHALLENGE,
        question);
  }

  private FullHttpRequest signed(FullHttpRequest request, String what, byte[] body) {
    request.headers().set(HttpHeaderNames.CONTENT_TYPE, Batch.CONTENT_TYPE);
    Signing with = signing;
    if (with != null) {
      with.headers(what, body).forEach(request.headers()::set);
    }
    return request;
  }

  FullHttpRequest get(long after, long waitSeconds) {
    return request(
        HttpMethod.GET,
        "?" + Words.AFTER + "=" + after + "&" + Words.WAIT + "=" + waitSeconds,
        Unpooled.EMPTY_BUFFER);
  }

  FullHttpRequest bare(HttpMethod method) {
    return request(method, "", Unpooled.EMPTY_BUFFER);
  }

  private FullHttpRequest request(HttpMethod method, String query, ByteBuf body) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, link + query, body);
    HttpHeaders headers = request.headers();
    headers.set(HttpHeaderNames.HOST, host);
    if (method.equals(HttpMethod.POST)) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    return request;
  }
}
