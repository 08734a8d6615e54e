package io.agentchannel.spi;

import javax.net.ssl.SSLContext;

/**
 * What TLS transports show and trust, from PEM files or the system. A file that is missing or
 * unreadable fails with an {@link io.agentchannel.AgentException} that names it.
 */
public interface TlsMaterial {

  /** For outgoing connections. The transport still switches host name verification on. */
  SSLContext client();

  /** For incoming ones; fails if no certificate is configured. */
  SSLContext server();
}
