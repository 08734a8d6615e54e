package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import io.agentchannel.core.config.Settings.Tls;
import io.agentchannel.spi.TlsMaterial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 from PEM files: a certificate chain with its PKCS#8 key (RSA, EC or Ed25519), and
 * the certificates to trust, which are the system's unless given. The files are read when they are
 * first needed. A configured certificate is shown to servers that ask for one, too.
 *
 * <p>Thread-safe.
 */
public final class PemTls implements TlsMaterial {
  private final Tls files;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SSLContext context;
  private @Nullable X509ExtendedTrustManager trust;
  private @Nullable X509ExtendedKeyManager keys;

  private PemTls(Tls files) {
    this.files = files;
  }

  /** What these settings name; nothing is read yet. */
  public static PemTls of(Tls files) {
    return new PemTls(files);
  }

  @Override
  public SSLContext client() {
    return context();
  }

  @Override
  public SSLContext server() {
    if (files.certificate() == null) {
      throw new AgentException(
          Code.FAILED_PRECONDITION,
          Outcome.NOT_SENT,
          "a TLS endpoint needs a certificate: set tls.certificate and tls.key to PEM files");
    }
    return context();
  }

  @Override
  public X509ExtendedTrustManager clientTrust() {
    context();
    return Objects.requireNonNull(trust);
  }

  @Override
  public @Nullable X509ExtendedKeyManager clientKeys() {
    context();
    return keys;
  }

  @Override
  public boolean isAgents() {
    return false;
  }

  @Override
  public @Nullable AgentId provenPeer(SSLSession session) {
    return null;
  }

  private SSLContext context() {
    lock.lock();
    try {
      SSLContext made = context;
      if (made == null) {
        X509ExtendedTrustManager trusted = trustManager();
        KeyManager[] shown = keyManagers();
        made = TlsContexts.of(shown, trusted);
        context = made;
        trust = trusted;
        keys = shown != null && shown[0] instanceof X509ExtendedKeyManager first ? first : null;
      }
      return made;
    } catch (GeneralSecurityException | IOException e) {
      throw TlsContexts.unusable(e);
    } finally {
      lock.unlock();
    }
  }

  private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
    Path certificateFile = files.certificate();
    Path keyFile = files.key();
    if (certificateFile == null || keyFile == null) {
      return null;
    }
    List<Certificate> chain = certificates("tls.certificate", certificateFile);
    PrivateKey key = privateKey(keyFile, chain.get(0).getPublicKey(), certificateFile);
    return TlsContexts.showing(key, chain);
  }

  private X509ExtendedTrustManager trustManager() throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted());
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("the platform has no trust manager for certificates");
  }

  /** Null for those of the system. */
  private @Nullable KeyStore trusted() throws GeneralSecurityException, IOException {
    Path trustFile = files.trust();
    if (trustFile == null) {
      return null;
    }
    KeyStore store = TlsContexts.emptyStore();
    List<Certificate> trusted = certificates("tls.trust", trustFile);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("trusted-" + i, trusted.get(i));
    }
    return store;
  }

  private static List<Certificate> certificates(String setting, Path file)
      throws GeneralSecurityException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<Certificate> certificates = new ArrayList<>();
      for (Pem.Block block : Pem.read(file)) {
        if (block.label().equals(Pem.CERTIFICATE)) {
          certificates.add(factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
      if (certificates.isEmpty()) {
        throw new UnusableFileException("holds no CERTIFICATE block; name the certificate's file");
      }
      return certificates;
    } catch (UnusableFileException e) {
      throw e.about(setting, file);
    } catch (CertificateException e) {
      throw new UnusableFileException("is damaged: one of its certificates cannot be read")
          .about(setting, file);
    }
  }

  private static PrivateKey privateKey(Path file, PublicKey publicKey, Path certificateFile)
      throws GeneralSecurityException {
    try {
      Pem.Block block = keyBlock(Pem.read(file));
      PrivateKey key;
      try {
        key =
            KeyFactory.getInstance(publicKey.getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(block.der()));
      } catch (GeneralSecurityException e) {
        throw notTheKeyOf(certificateFile);
      }
      if (!belongTogether(key, publicKey)) {
        throw notTheKeyOf(certificateFile);
      }
      return key;
    } catch (UnusableFileException e) {
      throw e.about("tls.key", file);
    }
  }

  private static Pem.Block keyBlock(List<Pem.Block> blocks) throws UnusableFileException {
    for (Pem.Block block : blocks) {
      if (block.label().equals(Pem.PRIVATE_KEY)) {
        return block;
      }
      if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
        throw new UnusableFileException(
            "is encrypted; decrypt it with `openssl pkcs8 -in OLD -out NEW`");
      }
      if (block.label().endsWith("PRIVATE KEY")) {
        throw new UnusableFileException(
            "is not PKCS#8; convert it with `openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW`");
      }
    }
    throw new UnusableFileException("holds no PRIVATE KEY block; name the key's file");
  }

  /** Found out here, since a handshake with a wrong key fails without saying why. */
  private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519" -> "EdDSA";
          default -> null;
        };
    if (algorithm == null) {
      return true;
    }
    byte[] probe = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(probe);
    return signature.verify(signed);
  }

  private static UnusableFileException notTheKeyOf(Path certificateFile) {
    return new UnusableFileException(
        "is not the key of tls.certificate " + OneLine.of(certificateFile));
  }
}
