package io.agentchannel.core.security;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Takes certificates that prove an agent, any agent: whether it is the right one is for others to
 * say. Of a session it demands TLS 1.3, and ends it for those that come after: each connection
 * proves its peer anew. Immutable.
 */
final class AgentTrust extends X509ExtendedTrustManager {
  private static final X509Certificate[] NOBODY = {};
  private static final String[] NONE = {};

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
    check(engine.getHandshakeSession(), engine.getEnabledProtocols());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
    check(engine.getHandshakeSession(), engine.getEnabledProtocols());
  }

  /** None: a list of them would be sent, and there is none who signs for agents. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NOBODY;
  }

  private static void check(X509Certificate[] chain, Socket socket) throws CertificateException {
    check(chain);
    if (socket instanceof SSLSocket ssl) {
      check(ssl.getHandshakeSession(), ssl.getEnabledProtocols());
    } else {
      check(null, NONE);
    }
  }

  private static void check(X509Certificate[] chain) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(
          "an agent shows one certificate, not a chain of " + chain.length);
    }
    AgentCertificate.provenBy(chain[0], Instant.now());
  }

  /** QUIC's engines do not say the version before the end; they have only one. */
  private static void check(@Nullable SSLSession session, String[] enabled)
      throws CertificateException {
    boolean isAgreed = session != null && AgentTls.PROTOCOL.equals(session.getProtocol());
    if (!isAgreed && !Arrays.equals(enabled, AgentTls.PROTOCOLS)) {
      throw new CertificateException("agents' certificates need " + AgentTls.PROTOCOL);
    }
    if (session != null) {
      session.invalidate();
    }
  }
}
