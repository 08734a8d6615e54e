package io.agentchannel.websocket;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a request to upgrade (RFC 6455, section 4.2.1).
 *
 * @param path as it stands in the request: escaped, with the query
 * @param forwarded whether it says that it came through a proxy
 * @param token the bearer token, or null
 */
record UpgradeRequest(
    SubProtocol protocol,
    String path,
    @Nullable String host,
    @Nullable String origin,
    boolean forwarded,
    @Nullable String token) {
  private static final String VERSION = "13";
  private static final String BEARER = "bearer ";

  static UpgradeRequest of(HttpRequest request) throws Refusal {
    HttpHeaders headers = request.headers();
    if (request.decoderResult().isFailure()) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "this is not a valid HTTP request");
    }
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        || !request.method().equals(HttpMethod.GET)) {
      throw new Refusal(
          HttpResponseStatus.UPGRADE_REQUIRED,
          "this is an AgentChannel endpoint; it speaks WebSocket, sub-protocol " + protocols());
    }
    if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      throw new Refusal(
          HttpResponseStatus.UPGRADE_REQUIRED, "the WebSocket version must be " + VERSION);
    }
    if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key is missing");
    }
    return new UpgradeRequest(
        protocol(headers),
        request.uri(),
        single(headers, HttpHeaderNames.HOST),
        single(headers, HttpHeaderNames.ORIGIN),
        isForwarded(headers),
        bearer(single(headers, HttpHeaderNames.AUTHORIZATION)));
  }

  private static SubProtocol protocol(HttpHeaders headers) throws Refusal {
    for (SubProtocol protocol : SubProtocol.values()) {
      if (headers.containsValue(
          HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol.token(), /* ignoreCase= */ false)) {
        return protocol;
      }
    }
    throw new Refusal(
        HttpResponseStatus.BAD_REQUEST, "the WebSocket sub-protocol must be " + protocols());
  }

  private static String protocols() {
    return SubProtocol.PACKETS.token()
        + " (AgentChannel peers) or "
        + SubProtocol.JSON.token()
        + " (plain clients)";
  }

  /** Two of them would let a client say one thing to us and another to what stands in between. */
  private static @Nullable String single(HttpHeaders headers, CharSequence name) throws Refusal {
    List<String> values = headers.getAll(name);
    if (values.size() > 1) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "more than one header " + name);
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static boolean isForwarded(HttpHeaders headers) {
    for (String name : headers.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.equals("forwarded") || lower.startsWith("x-forwarded-")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String bearer(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }
}
