package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.TlsMaterial;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * {@code tls: agent}: TLS 1.3 in which both sides show an {@link AgentCertificate}, which proves
 * who they are. Nothing is resumed. One certificate for the life of the process, made when it is
 * first needed.
 *
 * <p>Thread-safe.
 */
public final class AgentTls implements TlsMaterial {
  static final String PROTOCOL = "TLSv1.3";
  static final String[] PROTOCOLS = {PROTOCOL};

  private final IdentityKey identity;
  private final AgentTrust trust = new AgentTrust();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SSLContext context;

  public AgentTls(IdentityKey identity) {
    this.identity = identity;
  }

  @Override
  public SSLContext client() {
    return context();
  }

  @Override
  public SSLContext server() {
    return context();
  }

  @Override
  public X509ExtendedTrustManager clientTrust() {
    return trust;
  }

  @Override
  public boolean isAgents() {
    return true;
  }

  /**
   * @throws AgentException {@link Code#UNAUTHENTICATED} if the peer of this session has not shown
   *     such a certificate; no session of these contexts gets that far
   */
  @Override
  public AgentId provenPeer(SSLSession session) {
    try {
      if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        return AgentCertificate.provenBy(certificate, Instant.now());
      }
      throw new CertificateException("the certificate is not an agent's");
    } catch (SSLPeerUnverifiedException | CertificateException e) {
      throw new AgentException(
          Code.UNAUTHENTICATED,
          Outcome.NOT_SENT,
          "the peer has not shown who it is: " + e.getMessage(),
          e);
    }
  }

  private SSLContext context() {
    lock.lock();
    try {
      SSLContext made = context;
      if (made == null) {
        AgentCertificate shown = AgentCertificate.of(identity, Instant.now());
        made =
            TlsContexts.of(TlsContexts.showing(shown.key(), List.of(shown.certificate())), trust);
        context = made;
      }
      return made;
    } catch (GeneralSecurityException | IOException e) {
      throw TlsContexts.unusable(e);
    } finally {
      lock.unlock();
    }
  }
}
