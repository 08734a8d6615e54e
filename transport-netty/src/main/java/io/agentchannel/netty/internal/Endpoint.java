package io.agentchannel.netty.internal;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.net.URI;

/**
 * A parsed URI of a host and a TCP port.
 *
 * @param kind what the scheme says
 * @param host without the brackets of an IPv6 address
 * @param uri without user information and fragment, which have no place in it
 */
public record Endpoint(Kind kind, String host, int port, URI uri) {

  /**
   * @param scheme in lower case
   * @param sibling the scheme that differs in TLS alone
   */
  public record Kind(String scheme, boolean isTls, String sibling) {}

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if there is no host or no such port
   */
  public static Endpoint of(URI uri, Kind kind) {
    String scheme = kind.scheme();
    String host = uri.getHost();
    int port = uri.getPort() != -1 ? uri.getPort() : kind.isTls() ? 443 : 80;
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
        kind,
        bracketed ? host.substring(1, host.length() - 1) : host,
        port,
        uri(scheme, host, port, uri));
  }

  public String scheme() {
    return kind.scheme();
  }

  public boolean isTls() {
    return kind.isTls();
  }

  /** The URI with the port that was really bound. */
  public URI withPort(int bound) {
    return uri(scheme(), uri.getHost(), bound, uri);
  }

  private static URI uri(String scheme, String host, int port, URI rest) {
    String query = rest.getRawQuery() == null ? "" : "?" + rest.getRawQuery();
    return URI.create(scheme + "://" + host + ":" + port + rest.getRawPath() + query);
  }

  /** For people: what is dialled or bound. */
  @Override
  public String toString() {
    return scheme() + "://" + uri.getHost() + ":" + port;
  }
}
