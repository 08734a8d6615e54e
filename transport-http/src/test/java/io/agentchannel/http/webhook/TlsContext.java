package io.agentchannel.http.webhook;

import io.agentchannel.AgentId;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import io.agentchannel.testkit.ForwardingContext;
import io.agentchannel.testkit.contract.BareContext;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A transport's surroundings without a runtime, where TLS trusts what the JVM trusts. */
final class TlsContext implements ForwardingContext, TlsMaterial, AutoCloseable {
  private final BareContext bare = new BareContext(Map.of());

  @Override
  public TransportContext context() {
    return bare;
  }

  @Override
  public TlsMaterial tls() {
    return this;
  }

  @Override
  public SSLContext client() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public SSLContext server() {
    return client();
  }

  @Override
  public X509ExtendedTrustManager clientTrust() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean isAgents() {
    return false;
  }

  @Override
  public @Nullable AgentId provenPeer(SSLSession session) {
    return null;
  }

  @Override
  public void close() {
    bare.close();
  }
}
