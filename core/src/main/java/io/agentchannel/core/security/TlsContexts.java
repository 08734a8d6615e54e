package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The steps to a TLS context that all kinds of certificates have in common. */
final class TlsContexts {
  private static final char[] NO_PASSWORD = {};

  private TlsContexts() {}

  /**
   * One for both sides, with the protocols that the JDK has on by default: 1.3 and 1.2.
   *
   * @param shown null: no certificate
   */
  static SSLContext of(KeyManager @Nullable [] shown, X509ExtendedTrustManager trusted)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown, new TrustManager[] {trusted}, null);
    return context;
  }

  /** What shows this chain, whose first certificate is the key's. */
  static KeyManager[] showing(PrivateKey key, List<? extends Certificate> chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry("agent", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  static AgentException unusable(Exception failure) {
    return new AgentException(
        Code.FAILED_PRECONDITION, Outcome.NOT_SENT, "this JVM cannot set TLS up", failure);
  }
}
