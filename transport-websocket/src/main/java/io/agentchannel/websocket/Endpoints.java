package io.agentchannel.websocket;

import io.agentchannel.netty.internal.Endpoint;
import java.net.URI;

/** The URIs of this transport. */
final class Endpoints {
  static final Endpoint.Kind PLAIN = new Endpoint.Kind("ws", false, "wss");
  static final Endpoint.Kind TLS = new Endpoint.Kind("wss", true, "ws");

  private Endpoints() {}

  static Endpoint of(URI uri) {
    return Endpoint.of(uri, TLS.scheme().equalsIgnoreCase(uri.getScheme()) ? TLS : PLAIN);
  }
}
