package io.agentchannel.http.webhook;

import io.agentchannel.AgentId;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LocalIdentity;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import io.agentchannel.testkit.contract.BareContext;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A transport's surroundings without a runtime, where TLS trusts what the JVM trusts. */
final class TlsContext implements TransportContext, TlsMaterial, AutoCloseable {
  private final BareContext bare = new BareContext(Map.of());

  @Override
  public void accept(Link link) {
    bare.accept(link);
  }

  @Override
  public GuestCalls guests() {
    return bare.guests();
  }

  @Override
  public Options options() {
    return bare.options();
  }

  @Override
  public LocalIdentity identity() {
    return bare.identity();
  }

  @Override
  public TlsMaterial tls() {
    return this;
  }

  @Override
  public ScheduledExecutorService timers() {
    return bare.timers();
  }

  @Override
  public Executor workers() {
    return bare.workers();
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
