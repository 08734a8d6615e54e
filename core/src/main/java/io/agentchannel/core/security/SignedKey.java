package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/**
 * What binds a certificate to an agent: the <a
 * href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p TLS</a> extension. It holds
 * the agent's key and its signature over the certificate's key.
 *
 * <pre>{@code
 * SignedKey ::= SEQUENCE { publicKey OCTET STRING, signature OCTET STRING }
 * }</pre>
 */
final class SignedKey {
  static final ASN1ObjectIdentifier OID = new ASN1ObjectIdentifier("1.3.6.1.4.1.53594.1.1");

  private static final byte[] PURPOSE = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  /** The protobuf message {@code PublicKey} up to the key: Type 1 (Ed25519), 32 bytes of Data. */
  private static final byte[] ED25519 = {0x08, 0x01, 0x12, 0x20};

  private static final int KEY_BYTES = 32;

  private SignedKey() {}

  /**
   * The extension's value.
   *
   * @param publicKeyInfo the certificate's key, a DER {@code SubjectPublicKeyInfo} (RFC 5280,
   *     section 4.1)
   */
  static DERSequence of(IdentityKey identity, byte[] publicKeyInfo) {
    byte[] key = join(ED25519, identity.id().publicKey());
    byte[] signature = identity.sign(join(PURPOSE, publicKeyInfo));
    return new DERSequence(
        new DEROctetString[] {new DEROctetString(key), new DEROctetString(signature)});
  }

  /**
   * Who has signed the certificate's key.
   *
   * @param extension the extension's value, DER
   * @param publicKeyInfo as for {@link #of}
   * @throws CertificateException if it is not a signature of an agent's over this key
   */
  static AgentId signer(byte[] extension, byte[] publicKeyInfo) throws CertificateException {
    byte[] key;
    byte[] signature;
    try {
      ASN1Sequence parts = ASN1Sequence.getInstance(extension);
      if (parts.size() != 2) {
        throw malformed();
      }
      key = ASN1OctetString.getInstance(parts.getObjectAt(0)).getOctets();
      signature = ASN1OctetString.getInstance(parts.getObjectAt(1)).getOctets();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw malformed();
    }
    if (key.length != ED25519.length + KEY_BYTES
        || !Arrays.equals(key, 0, ED25519.length, ED25519, 0, ED25519.length)) {
      throw new CertificateException("the identity in the certificate is not an Ed25519 key");
    }
    AgentId id = AgentId.ofPublicKey(Arrays.copyOfRange(key, ED25519.length, key.length));
    if (!IdentityKey.verify(id, join(PURPOSE, publicKeyInfo), signature)) {
      throw new CertificateException("the identity in the certificate has not signed its key");
    }
    return id;
  }

  private static CertificateException malformed() {
    return new CertificateException("the identity in the certificate is malformed");
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
