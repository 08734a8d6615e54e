package io.agentchannel.spi;

import io.agentchannel.AgentId;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What TLS transports show and trust: PEM files, the system's certificates, or certificates that
 * the agents make of their own identity ({@code tls: agent}). A file that is missing or unreadable
 * fails with an {@link io.agentchannel.AgentException} that names it. Thread-safe; the first call
 * may read files: call it on {@link TransportContext#workers}.
 */
public interface TlsMaterial {

  /** For outgoing connections. */
  SSLContext client();

  /** For incoming ones; fails if no certificate is configured. */
  SSLContext server();

  /** What {@link #client} trusts, for libraries that want it beside the context. */
  X509ExtendedTrustManager clientTrust();

  /**
   * What {@link #client} shows to servers that ask for a certificate, for libraries that want it
   * beside the context; null if it shows none.
   */
  default @Nullable X509ExtendedKeyManager clientKeys() {
    return null;
  }

  /**
   * Whether certificates are the agents' own. Then both sides must show one, over TLS 1.3 alone,
   * {@link #provenPeer} says whose it is, and host names are not verified. Otherwise the transport
   * switches the verification of host names on and asks for no client certificate.
   */
  boolean isAgents();

  /**
   * The agent whose identity the peer's certificate carries; null where certificates are not the
   * agents'. A transport that passes it on in {@link LinkInfo#provenPeer} is not sealed twice.
   */
  @Nullable AgentId provenPeer(SSLSession session);
}
