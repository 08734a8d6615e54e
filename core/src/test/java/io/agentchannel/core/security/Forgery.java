package io.agentchannel.core.security;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate like an agent's, but for what a test asks for. */
final class Forgery {
  private final IdentityKey identity = IdentityKey.ephemeral();
  private KeyPair keys = keys("EC", new ECGenParameterSpec("secp256r1"));
  private String signature = "SHA256withECDSA";
  private @Nullable PrivateKey signer;
  private boolean[] uniqueId = {};
  private boolean isCritical;
  private boolean hasOtherCritical;
  private boolean hasIdentity = true;
  private @Nullable ASN1Encodable signedKey;
  private Instant from = Instant.now().minus(Duration.ofHours(1));
  private Instant until = Instant.now().plus(Duration.ofHours(1));

  Forgery() throws Exception {}

  IdentityKey identity() {
    return identity;
  }

  KeyPair keys() {
    return keys;
  }

  /** Without the extension. */
  Forgery without() {
    hasIdentity = false;
    return this;
  }

  Forgery critical() {
    isCritical = true;
    return this;
  }

  Forgery otherCritical() {
    hasOtherCritical = true;
    return this;
  }

  Forgery uniqueId() {
    uniqueId = new boolean[] {true};
    return this;
  }

  Forgery valid(Instant first, Instant last) {
    from = first;
    until = last;
    return this;
  }

  Forgery curve(String name) throws Exception {
    keys = keys("EC", new ECGenParameterSpec(name));
    return this;
  }

  Forgery rsa() throws Exception {
    keys = keys("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
    signature = "SHA256withRSA";
    return this;
  }

  Forgery signature(String algorithm) {
    signature = algorithm;
    return this;
  }

  Forgery signedBy(PrivateKey key) {
    signer = key;
    return this;
  }

  /** With this in the extension. */
  Forgery with(ASN1Encodable value) {
    signedKey = value;
    return this;
  }

  AgentCertificate make() throws Exception {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    X500Name name = new X500Name("CN=forged");
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name, BigInteger.TWO, Date.from(from), Date.from(until), name, info);
    if (uniqueId.length > 0) {
      builder.setSubjectUniqueID(uniqueId);
    }
    if (hasIdentity) {
      ASN1Encodable value =
          signedKey == null ? SignedKey.of(identity, info.getEncoded()) : signedKey;
      builder.addExtension(SignedKey.OID, isCritical, value);
    }
    if (hasOtherCritical) {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    }
    PrivateKey signing = signer == null ? keys.getPrivate() : signer;
    return new AgentCertificate(
        new JcaX509CertificateConverter()
            .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(signing))),
        keys.getPrivate());
  }

  static KeyPair keys(String algorithm, AlgorithmParameterSpec parameters) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(parameters);
    return generator.generateKeyPair();
  }
}
