package io.agentchannel.core.security;

import java.security.InvalidKeyException;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An X25519 key pair (RFC 7748). Immutable; the arrays are its own. */
final class NoiseKeyPair {
  /** The bytes of a private key, a public key and a shared secret: DHLEN. */
  static final int BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] privateKey;
  private final byte[] publicKey = new byte[BYTES];

  private NoiseKeyPair(byte[] privateKey) {
    this.privateKey = privateKey;
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
  }

  static NoiseKeyPair generate() {
    byte[] key = new byte[BYTES];
    X25519.generatePrivateKey(RANDOM, key);
    return new NoiseKeyPair(key);
  }

  static NoiseKeyPair of(byte[] privateKey) {
    return new NoiseKeyPair(privateKey.clone());
  }

  byte[] publicKey() {
    return publicKey;
  }

  /**
   * DH of the Noise specification.
   *
   * @throws InvalidKeyException if the other key is of small order, so that anybody would know the
   *     result
   */
  byte[] agree(byte[] otherPublicKey) throws InvalidKeyException {
    byte[] secret = new byte[BYTES];
    if (!X25519.calculateAgreement(privateKey, 0, otherPublicKey, 0, secret, 0)) {
      throw new InvalidKeyException("a key of small order");
    }
    return secret;
  }
}
