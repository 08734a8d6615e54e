package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.net.URI;

/**
 * A parsed {@code ws} or {@code wss} URI.
 *
 * @param host without the brackets of an IPv6 address
 * @param uri without user information and fragment, which have no place in a WebSocket URI
 */
record Endpoint(String scheme, String host, int port, URI uri) {
  static final String PLAIN = "ws";
  static final String TLS = "wss";

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if there is no host or no such port
   */
  static Endpoint of(URI uri) {
    String scheme = TLS.equalsIgnoreCase(uri.getScheme()) ? TLS : PLAIN;
    String host = uri.getHost();
    int port = uri.getPort() != -1 ? uri.getPort() : scheme.equals(TLS) ? 443 : 80;
    // A password must not show up in a log.
    String shown = uri.getRawUserInfo() == null ? uri.toString() : scheme + "://...@" + host;
    if (host == null || port > 0xffff || uri.getRawUserInfo() != null) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "the endpoint must look like " + scheme + "://host:port, not " + OneLine.of(shown));
    }
    boolean bracketed = host.startsWith("[");
    return new Endpoint(
        scheme,
        bracketed ? host.substring(1, host.length() - 1) : host,
        port,
        uri(scheme, host, port, uri));
  }

  boolean isTls() {
    return scheme.equals(TLS);
  }

  /** The URI with the port that was really bound. */
  URI withPort(int bound) {
    return uri(scheme, uri.getHost(), bound, uri);
  }

  private static URI uri(String scheme, String host, int port, URI rest) {
    String query = rest.getRawQuery() == null ? "" : "?" + rest.getRawQuery();
    return URI.create(scheme + "://" + host + ":" + port + rest.getRawPath() + query);
  }

  /** For people: what is dialled or bound. */
  @Override
  public String toString() {
    return scheme + "://" + uri.getHost() + ":" + port;
  }
}
