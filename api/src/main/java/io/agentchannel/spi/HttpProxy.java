package io.agentchannel.spi;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that makes tunnels with CONNECT (RFC 9110, section 9.3.6).
 *
 * @param user for {@code Proxy-Authorization: Basic} (RFC 7617), or null
 * @param password with the user, or null
 */
public record HttpProxy(String host, int port, @Nullable String user, @Nullable String password) {

  /** Without the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
