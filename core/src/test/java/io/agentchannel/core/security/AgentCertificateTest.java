package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCertificateTest {
  private final IdentityKey identity = IdentityKey.ephemeral();
  private final Instant now = Instant.now();

  @Test
  void aCertificateProvesTheAgentThatMadeIt() throws Exception {
    AgentCertificate made = AgentCertificate.of(identity, now);

    assertThat(AgentCertificate.provenBy(made.certificate(), now)).isEqualTo(identity.id());
    assertThat(made.certificate().getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(made.certificate().toString()).doesNotContain(identity.id().toString());
  }

  @Test
  void eachHasAKeyAndANumberOfItsOwn() throws Exception {
    X509Certificate one = AgentCertificate.of(identity, now).certificate();
    X509Certificate two = AgentCertificate.of(identity, now).certificate();

    assertThat(one.getPublicKey()).isNotEqualTo(two.getPublicKey());
    assertThat(one.getSerialNumber()).isNotEqualTo(two.getSerialNumber()).isPositive();
  }

  @Test
  void clocksMayDifferByLessThanADay() throws Exception {
    X509Certificate made = AgentCertificate.of(identity, now).certificate();

    assertThat(AgentCertificate.provenBy(made, now.minus(Duration.ofHours(23))))
        .isEqualTo(identity.id());
    assertThat(AgentCertificate.provenBy(made, now.plus(Duration.ofDays(3000))))
        .isEqualTo(identity.id());
    assertThatThrownBy(() -> AgentCertificate.provenBy(made, now.minus(Duration.ofHours(25))))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> AgentCertificate.provenBy(made, now.plus(Duration.ofDays(3651))))
        .isInstanceOf(CertificateException.class);
  }

  /** The vectors of the libp2p TLS specification. */
  @Test
  void thePublishedCertificateProvesItsPeer() throws Exception {
    AgentId proven = AgentCertificate.provenBy(PublishedCertificates.ed25519(), now);

    // 12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv is this key.
    assertThat(proven.publicKey())
        .isEqualTo(
            HexFormat.of()
                .parseHex("a77f1d92fedb59dddaea5a1c4abd1ac2fbde7d7b879ed364501809923d7c11b9"));
  }

  @Test
  void thePublishedCertificatesOfOtherKindsOfPeersAreRefused() throws Exception {
    for (X509Certificate other : PublishedCertificates.ofOtherKinds()) {
      assertThatThrownBy(() -> AgentCertificate.provenBy(other, now))
          .isInstanceOf(CertificateException.class)
          .hasMessage("the identity in the certificate is not an Ed25519 key");
    }
  }

  @Test
  void anyChangeOfThePublishedCertificateIsRefused() throws Exception {
    byte[] good = PublishedCertificates.ed25519().getEncoded();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (int i = 0; i < good.length; i++) {
      byte[] changed = good.clone();
      changed[i] ^= 1;
      assertThatThrownBy(
              () ->
                  AgentCertificate.provenBy(
                      (X509Certificate)
                          factory.generateCertificate(new ByteArrayInputStream(changed)),
                      now))
          .as("byte " + i)
          .isInstanceOf(CertificateException.class);
    }
  }

  @Test
  void theExtensionMayBeCritical() throws Exception {
    Forgery critical = new Forgery().critical();

    assertThat(AgentCertificate.provenBy(critical.make().certificate(), now))
        .isEqualTo(critical.identity().id());
  }

  @Test
  void anythingElseThatIsCriticalIsRefused() throws Exception {
    assertRefused(new Forgery().otherCritical(), "critical extensions of another purpose");
  }

  @Test
  void withoutTheExtensionItIsNoAgents() throws Exception {
    assertRefused(new Forgery().without(), "the certificate is not an agent's");
  }

  @Test
  void uniqueIdsAreRefused() throws Exception {
    assertRefused(new Forgery().uniqueId(), "has a unique id");
  }

  @Test
  void outOfItsTimeItIsRefused() throws Exception {
    assertRefused(new Forgery().valid(now.plusSeconds(60), now.plusSeconds(120)), "NotBefore");
    assertRefused(new Forgery().valid(now.minusSeconds(120), now.minusSeconds(60)), "NotAfter");
  }

  @Test
  void aSignatureOfAnotherKeyIsRefused() throws Exception {
    var other = Forgery.keys("EC", new ECGenParameterSpec("secp256r1"));

    assertRefused(
        new Forgery().signedBy(other.getPrivate()), "the certificate is not signed by its own key");
  }

  @Test
  void otherKindsOfKeysAreRefused() throws Exception {
    assertRefused(new Forgery().curve("secp384r1"), "key is not of the curve P-256");
    assertRefused(new Forgery().rsa(), "signature is not ECDSA with SHA-256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA1withECDSA", "SHA384withECDSA"})
  void otherKindsOfSignaturesAreRefused(String algorithm) throws Exception {
    assertRefused(new Forgery().signature(algorithm), "signature is not ECDSA with SHA-256");
  }

  @Test
  void anIdentityThatSignedAnotherKeyIsRefused() throws Exception {
    byte[] another =
        Forgery.keys("EC", new ECGenParameterSpec("secp256r1")).getPublic().getEncoded();

    assertRefused(
        new Forgery().with(SignedKey.of(identity, another)),
        "the identity in the certificate has not signed its key");
  }

  @Test
  void aSignatureForAnotherPurposeIsRefused() throws Exception {
    Forgery forgery = new Forgery();
    byte[] unprefixed = identity.sign(forgery.keys().getPublic().getEncoded());

    assertRefused(
        forgery.with(signedKey(protobuf(identity), unprefixed)),
        "the identity in the certificate has not signed its key");
  }

  @Test
  void anotherShapeOfTheExtensionIsRefused() throws Exception {
    byte[] key = protobuf(identity);
    byte[] signature = new byte[64];
    String malformed = "the identity in the certificate is malformed";
    String notEd25519 = "the identity in the certificate is not an Ed25519 key";

    assertRefused(new Forgery().with(new ASN1Integer(1)), malformed);
    assertRefused(new Forgery().with(new DERSequence(new DEROctetString(key))), malformed);
    assertRefused(
        new Forgery()
            .with(new DERSequence(new ASN1Encodable[] {new ASN1Integer(1), new ASN1Integer(2)})),
        malformed);
    assertRefused(
        new Forgery().with(signedKey(Arrays.copyOf(key, key.length - 1), signature)), notEd25519);
    assertRefused(
        new Forgery().with(signedKey(Arrays.copyOf(key, key.length + 1), signature)), notEd25519);
    assertRefused(
        new Forgery().with(signedKey("key".getBytes(StandardCharsets.US_ASCII), signature)),
        notEd25519);
    assertRefused(
        new Forgery().with(signedKey(key, new byte[63])),
        "the identity in the certificate has not signed its key");
  }

  private static DERSequence signedKey(byte[] key, byte[] signature) {
    return new DERSequence(
        new ASN1Encodable[] {new DEROctetString(key), new DEROctetString(signature)});
  }

  private static byte[] protobuf(IdentityKey identity) {
    byte[] message = new byte[36];
    System.arraycopy(new byte[] {8, 1, 18, 32}, 0, message, 0, 4);
    System.arraycopy(identity.id().publicKey(), 0, message, 4, 32);
    return message;
  }

  private void assertRefused(Forgery forgery, String message) throws Exception {
    X509Certificate certificate = forgery.make().certificate();

    assertThatThrownBy(() -> AgentCertificate.provenBy(certificate, now))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(message);
  }
}
