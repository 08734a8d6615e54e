package io.agentchannel.core;

import java.net.URI;

/** The addresses that mean all of a machine's, at which nobody can be reached. */
final class AnyAddress {
  private AnyAddress() {}

  static boolean isIn(URI endpoint) {
    String host = endpoint.getHost();
    return "0.0.0.0".equals(host) || "[::]".equals(host) || "[0:0:0:0:0:0:0:0]".equals(host);
  }
}
