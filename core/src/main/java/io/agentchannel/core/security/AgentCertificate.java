package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that carries an agent's identity into TLS, as libp2p's TLS handshake has it:
 * self-signed with a P-256 key of its own, and the {@link SignedKey} extension. Not signed with the
 * identity key itself, since QUIC's TLS takes no Ed25519 certificates.
 *
 * @param certificate who sees it learns the agent's id and no more
 * @param key the certificate's, not the identity's
 */
record AgentCertificate(X509Certificate certificate, PrivateKey key) {
  /** What a clock may be slow by and still take a certificate that was made just now. */
  private static final Duration SKEW = Duration.ofDays(1);

  /**
   * It lives in this process alone, as the identity key does, and longer than any process: whoever
   * could use it when it is old could make a new one.
   */
  private static final Duration LIFE = Duration.ofDays(3650);

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final AlgorithmIdentifier P256 =
      new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
  private static final X500Name NAME = new X500Name("O=AgentChannel");

  /** Makes one with a new key. */
  static AgentCertificate of(IdentityKey identity, Instant now) throws GeneralSecurityException {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = keys.generateKeyPair();
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              NAME,
              new BigInteger(63, new SecureRandom()).setBit(0),
              Date.from(now.minus(SKEW)),
              Date.from(now.plus(LIFE)),
              NAME,
              info);
      builder.addExtension(
          SignedKey.OID, /* isCritical= */ false, SignedKey.of(identity, info.getEncoded()));
      ContentSigner signer = new JcaContentSignerBuilder(SIGNATURE).build(pair.getPrivate());
      return new AgentCertificate(
          new JcaX509CertificateConverter().getCertificate(builder.build(signer)),
          pair.getPrivate());
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException("a certificate cannot be made", e);
    }
  }

  /**
   * Who a peer that has the key of this certificate is.
   *
   * @throws CertificateException if it is not valid now or not such a certificate; the message is
   *     one line
   */
  static AgentId provenBy(X509Certificate certificate, Instant now) throws CertificateException {
    byte[] extension = certificate.getExtensionValue(SignedKey.OID.getId());
    if (extension == null) {
      throw new CertificateException("the certificate is not an agent's");
    }
    certificate.checkValidity(Date.from(now));
    requireNothingElse(certificate);
    try {
      SubjectPublicKeyInfo info =
          org.bouncycastle.asn1.x509.Certificate.getInstance(certificate.getEncoded())
              .getSubjectPublicKeyInfo();
      // Named, and not by its parameters, which could describe another curve (CVE-2020-0601).
      if (!info.getAlgorithm().equals(P256)) {
        throw new CertificateException("the certificate's key is not of the curve P-256");
      }
      certificate.verify(certificate.getPublicKey());
      return SignedKey.signer(
          ASN1OctetString.getInstance(extension).getOctets(), info.getEncoded());
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the certificate is not signed by its own key");
    } catch (IOException | IllegalArgumentException e) {
      throw new CertificateException("the certificate is malformed");
    }
  }

  private static void requireNothingElse(X509Certificate certificate) throws CertificateException {
    if (!SIGNATURE.equalsIgnoreCase(certificate.getSigAlgName())) {
      throw new CertificateException("the certificate's signature is not ECDSA with SHA-256");
    }
    if (certificate.getIssuerUniqueID() != null || certificate.getSubjectUniqueID() != null) {
      throw new CertificateException("the certificate has a unique id, which nobody has any more");
    }
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !Set.of(SignedKey.OID.getId()).containsAll(critical)) {
      throw new CertificateException("the certificate has critical extensions of another purpose");
    }
  }
}
