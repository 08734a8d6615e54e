package io.agentchannel.websocket;

import io.agentchannel.spi.TlsMaterial;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate that its own clients trust, made by the JDK's keytool. */
final class TestCertificates implements TlsMaterial {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyStore keys;
  private final KeyStore trusted;

  private TestCertificates(KeyStore keys, KeyStore trusted) {
    this.keys = keys;
    this.trusted = trusted;
  }

  /**
   * @param san as keytool takes it: {@code ip:127.0.0.1} or {@code dns:localhost}
   */
  static TestCertificates of(Path folder, String san) throws Exception {
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
    return new TestCertificates(keys, trusted);
  }

  /** Shows its own certificate and trusts another's. */
  TestCertificates trusting(TestCertificates other) {
    return new TestCertificates(keys, other.trusted);
  }

  @Override
  public SSLContext client() {
    return context();
  }

  @Override
  public SSLContext server() {
    return context();
  }

  private SSLContext context() {
    try {
      KeyManagerFactory shown =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      shown.init(keys, PASSWORD);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The certificate as a PEM file. */
  Path writeCertificate(Path folder) throws Exception {
    return writePem(
        folder.resolve("certificate.pem"), "CERTIFICATE", keys.getCertificate("test").getEncoded());
  }

  /** The private key as a PEM file (PKCS#8). */
  Path writeKey(Path folder) throws Exception {
    return writePem(
        folder.resolve("key.pem"), "PRIVATE KEY", keys.getKey("test", PASSWORD).getEncoded());
  }

  private static Path writePem(Path file, String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
