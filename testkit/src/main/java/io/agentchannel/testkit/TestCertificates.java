package io.agentchannel.testkit;

import io.agentchannel.AgentId;
import io.agentchannel.spi.TlsMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A self-signed certificate that its own clients trust, made by the JDK's keytool, for tests over
 * TLS. Immutable and thread-safe.
 */
public final class TestCertificates implements TlsMaterial {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyStore keys;
  private final KeyStore trusted;
  private final Path folder;

  private TestCertificates(KeyStore keys, KeyStore trusted, Path folder) {
    this.keys = keys;
    this.trusted = trusted;
    this.folder = folder;
  }

  /**
   * Makes one.
   *
   * @param folder where its files go; the caller's to delete
   * @param san whom it is for, as keytool takes it: {@code ip:127.0.0.1} or {@code dns:localhost}
   */
  public static TestCertificates of(Path folder, String san)
      throws GeneralSecurityException, IOException, InterruptedException {
    Path store = folder.resolve(san.replace(':', '_') + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + san.replace(':', ' '),
                "-ext",
                "san=" + san,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(20, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new AssertionError("keytool failed");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("test", keys.getCertificate("test"));
    return new TestCertificates(keys, trusted, folder);
  }

  /** Shows its own certificate and trusts another's. */
  public TestCertificates trusting(TestCertificates other) {
    return new TestCertificates(keys, other.trusted, folder);
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
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      return (X509ExtendedTrustManager) trust.getTrustManagers()[0];
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
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

  /** The configuration of agents that show this certificate and trust it. */
  public Map<String, Object> config() {
    try {
      return Map.of(
          "tls.certificate", writeCertificate().toString(),
          "tls.key", writeKey().toString(),
          "tls.trust", writeCertificate().toString());
    } catch (GeneralSecurityException | IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private SSLContext context() {
    try {
      KeyManagerFactory shown =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      shown.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown.getKeyManagers(), new TrustManager[] {clientTrust()}, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The certificate as a PEM file. */
  public Path writeCertificate() throws GeneralSecurityException, IOException {
    return writePem(
        folder.resolve("certificate.pem"), "CERTIFICATE", keys.getCertificate("test").getEncoded());
  }

  /** The private key as a PEM file (PKCS#8). */
  public Path writeKey() throws GeneralSecurityException, IOException {
    return writePem(
        folder.resolve("key.pem"), "PRIVATE KEY", keys.getKey("test", PASSWORD).getEncoded());
  }

  private static Path writePem(Path file, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
