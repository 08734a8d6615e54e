package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Where a service is. A path that ends in a slash, or none, is followed by the operation's name;
 * any other is the one resource that all operations are posted to.
 */
record ServiceEndpoint(Endpoint endpoint, HttpUrl url) {
  private static final Endpoint.Kind PLAIN =
      new Endpoint.Kind("http-native", /* isTls= */ false, "https-native");
  private static final Endpoint.Kind TLS =
      new Endpoint.Kind("https-native", /* isTls= */ true, "http-native");

  static final Set<String> SCHEMES = Set.of(PLAIN.scheme(), TLS.scheme());

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}
   */
  static ServiceEndpoint of(URI uri) {
    boolean tls = TLS.scheme().equals(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT));
    Endpoint endpoint = Endpoint.of(uri, tls ? TLS : PLAIN);
    String text = endpoint.uri().toString();
    HttpUrl url =
        HttpUrl.parse((tls ? "https" : "http") + text.substring(endpoint.scheme().length()));
    if (url == null) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "the endpoint must look like "
              + endpoint.scheme()
              + "://host:port/path, not "
              + OneLine.of(text));
    }
    return new ServiceEndpoint(endpoint, url);
  }

  HttpUrl urlOf(String operation) {
    boolean open = url.pathSegments().get(url.pathSize() - 1).isEmpty();
    return open ? url.newBuilder().addPathSegment(operation).build() : url;
  }
}
