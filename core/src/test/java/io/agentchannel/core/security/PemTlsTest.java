package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.core.config.Settings.Tls;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTlsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "RSA, SHA256withRSA, TLSv1.3",
    "RSA, SHA256withRSA, TLSv1.2",
    "EC, SHA256withECDSA, TLSv1.3",
    "EC, SHA256withECDSA, TLSv1.2",
    "Ed25519, Ed25519, TLSv1.3",
  })
  void twoSidesShakeHands(String keys, String signature, String protocol) throws Exception {
    Identity identity = make("server", keys, signature);

    SSLContext server = PemTls.of(identity.tls(null)).server();
    SSLContext client = PemTls.of(new Tls(null, null, identity.certificate())).client();

    assertThat(shakeHands(client, server, protocol)).isEqualTo("CN=server");
  }

  @Test
  void onlyCurrentProtocolsAreOffered() throws Exception {
    SSLContext server = PemTls.of(make("server", "EC", "SHA256withECDSA").tls(null)).server();
    SSLContext client = PemTls.of(new Tls(null, null, null)).client();

    assertThat(server.getDefaultSSLParameters().getProtocols())
        .containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
    assertThat(client.getDefaultSSLParameters().getProtocols())
        .containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
  }

  @Test
  void aServerThatIsNotTrustedIsRefused() throws Exception {
    SSLContext server = PemTls.of(make("server", "EC", "SHA256withECDSA").tls(null)).server();
    SSLContext other =
        PemTls.of(new Tls(null, null, make("other", "EC", "SHA256withECDSA").certificate()))
            .client();
    SSLContext system = PemTls.of(new Tls(null, null, null)).client();

    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(() -> shakeHands(other, server, "TLSv1.3"));
    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(() -> shakeHands(system, server, "TLSv1.3"));
  }

  @Test
  void severalCertificatesAreTrustedFromOneFile() throws Exception {
    Identity first = make("first", "EC", "SHA256withECDSA");
    Identity second = make("second", "RSA", "SHA256withRSA");
    Path trust = folder.resolve("trust.pem");
    Files.writeString(
        trust, Files.readString(first.certificate()) + Files.readString(second.certificate()));

    SSLContext client = PemTls.of(new Tls(null, null, trust)).client();

    assertThat(shakeHands(client, PemTls.of(first.tls(null)).server(), "TLSv1.3"))
        .isEqualTo("CN=first");
    assertThat(shakeHands(client, PemTls.of(second.tls(null)).server(), "TLSv1.3"))
        .isEqualTo("CN=second");
  }

  @Test
  void aConfiguredCertificateIsShownToAServerThatAsks() throws Exception {
    Identity server = make("server", "EC", "SHA256withECDSA");
    Identity client = make("client", "EC", "SHA256withECDSA");
    SSLEngine serverEngine = PemTls.of(server.tls(client.certificate())).server().createSSLEngine();
    serverEngine.setNeedClientAuth(true);
    SSLEngine clientEngine =
        PemTls.of(client.tls(server.certificate())).client().createSSLEngine("server", 1);

    shakeHands(clientEngine, serverEngine);

    assertThat(serverEngine.getSession().getPeerPrincipal()).hasToString("CN=client");
  }

  @Test
  void filesAreReadWhenTheyAreNeededAndOnce() throws Exception {
    Identity identity = make("server", "EC", "SHA256withECDSA");
    Path certificate = folder.resolve("later.pem");
    PemTls tls = PemTls.of(new Tls(certificate, identity.key(), null));
    assertThatExceptionOfType(AgentException.class).isThrownBy(tls::server);

    Files.copy(identity.certificate(), certificate);
    SSLContext made = tls.server();
    Files.delete(certificate);

    assertThat(tls.server()).isSameAs(made);
  }

  @Test
  void aServerNeedsACertificate() {
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> PemTls.of(new Tls(null, null, null)).server())
        .withMessage(
            "a TLS endpoint needs a certificate: set tls.certificate and tls.key to PEM files")
        .matches(e -> e.code() == Code.FAILED_PRECONDITION);
  }

  @Test
  void theKeyMustBelongToTheCertificate() throws Exception {
    Identity one = make("one", "EC", "SHA256withECDSA");
    Identity two = make("two", "EC", "SHA256withECDSA");
    Identity rsa = make("rsa", "RSA", "SHA256withRSA");

    for (Path wrong : new Path[] {two.key(), rsa.key()}) {
      assertThat(errorOf(new Tls(one.certificate(), wrong, null)))
          .isEqualTo(
              "tls.key " + wrong + " is not the key of tls.certificate " + one.certificate());
    }
  }

  @Test
  void whatIsWrongWithAFileIsOneLine() throws Exception {
    Identity good = make("good", "EC", "SHA256withECDSA");
    Path missing = folder.resolve("missing.pem");
    Path noPem = Files.writeString(folder.resolve("no.pem"), "hello");
    Path damaged =
        Files.writeString(folder.resolve("damaged.pem"), Pem.write("CERTIFICATE", new byte[5]));

    assertThat(errorOf(new Tls(missing, good.key(), null)))
        .isEqualTo("tls.certificate " + missing + " does not exist");
    assertThat(errorOf(new Tls(noPem, good.key(), null))).endsWith("is not a PEM file");
    assertThat(errorOf(new Tls(damaged, good.key(), null))).contains("is damaged");
    assertThat(errorOf(new Tls(good.key(), good.key(), null))).contains("no CERTIFICATE block");
    assertThat(errorOf(new Tls(good.certificate(), good.certificate(), null)))
        .startsWith("tls.key ")
        .contains("no PRIVATE KEY block");
    assertThat(errorOf(new Tls(good.certificate(), folder, null))).contains("is a directory");
    assertThat(errorOf(new Tls(good.certificate(), good.key(), missing)))
        .isEqualTo("tls.trust " + missing + " does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY"})
  void anOldKeyFormatComesWithTheCommandThatConvertsIt(String label) throws Exception {
    Identity good = make("good", "EC", "SHA256withECDSA");
    Path old = Files.writeString(folder.resolve("old.pem"), Pem.write(label, new byte[5]));

    assertThat(errorOf(new Tls(good.certificate(), old, null)))
        .contains("is not PKCS#8; convert it with `openssl pkcs8 -topk8 -nocrypt");
  }

  @Test
  void anEncryptedKeyComesWithTheCommandThatDecryptsIt() throws Exception {
    Identity good = make("good", "EC", "SHA256withECDSA");
    Path file =
        Files.writeString(
            folder.resolve("enc.pem"), Pem.write("ENCRYPTED PRIVATE KEY", new byte[5]));

    assertThat(errorOf(new Tls(good.certificate(), file, null))).contains("is encrypted");
  }

  private static String errorOf(Tls files) {
    AgentException e = catchThrowableOfType(AgentException.class, () -> PemTls.of(files).server());
    assertThat(e).as("refused").isNotNull();
    assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(e.getMessage()).doesNotContain("\n");
    return e.getMessage();
  }

  private record Identity(Path certificate, Path key) {
    Tls tls(@Nullable Path trust) {
      return new Tls(certificate, key, trust);
    }
  }

  private Identity make(String name, String algorithm, String signature) throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    X500Name subject = new X500Name("CN=" + name);
    Instant now = Instant.now();
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        subject,
                        BigInteger.ONE,
                        Date.from(now.minus(1, ChronoUnit.DAYS)),
                        Date.from(now.plus(1, ChronoUnit.DAYS)),
                        subject,
                        keys.getPublic())
                    .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate())));
    return new Identity(
        write(name + ".crt.pem", Pem.CERTIFICATE, certificate.getEncoded()),
        write(name + ".key.pem", Pem.PRIVATE_KEY, keys.getPrivate().getEncoded()));
  }

  private Path write(String file, String label, byte[] der) throws IOException {
    return Files.writeString(folder.resolve(file), Pem.write(label, der));
  }

  private static String shakeHands(SSLContext client, SSLContext server, String protocol)
      throws Exception {
    SSLEngine clientEngine = client.createSSLEngine("server", 1);
    clientEngine.setEnabledProtocols(new String[] {protocol});
    shakeHands(clientEngine, server.createSSLEngine());
    assertThat(clientEngine.getSession().getProtocol()).isEqualTo(protocol);
    return clientEngine.getSession().getPeerPrincipal().toString();
  }

  /** Both sides in this thread, with buffers for a wire. */
  private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
    client.setUseClientMode(true);
    server.setUseClientMode(false);
    client.beginHandshake();
    server.beginHandshake();
    ByteBuffer toServer = ByteBuffer.allocate(64 * 1024);
    ByteBuffer toClient = ByteBuffer.allocate(64 * 1024);
    for (int i = 0; i < 50 && !(isDone(client) && isDone(server)); i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    assertThat(isDone(client) && isDone(server)).as("handshake done").isTrue();
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> engine.getDelegatedTask().run();
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(64 * 1024));
        in.compact();
      }
      default -> {}
    }
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }
}
