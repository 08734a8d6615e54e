package io.agentchannel.core.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * SymmetricState and, within it, CipherState (Noise specification, revision 34, sections 5.1 and
 * 5.2), with AES-GCM and SHA-256: the chaining key, the hash of all that was said, and the key that
 * handshake payloads are encrypted with. Not thread-safe.
 */
final class NoiseSymmetric {
  private static final byte[] NOTHING = new byte[0];

  private byte[] chainingKey;
  private byte[] hash;
  private byte @Nullable [] key;
  private long nonce;

  private NoiseSymmetric(byte[] chainingKey, byte[] hash, byte @Nullable [] key, long nonce) {
    this.chainingKey = chainingKey;
    this.hash = hash;
    this.key = key;
    this.nonce = nonce;
  }

  /** InitializeSymmetric, for a name of at most 32 bytes. */
  static NoiseSymmetric begin(byte[] protocolName) {
    byte[] padded = Arrays.copyOf(protocolName, 32);
    return new NoiseSymmetric(padded, padded, null, 0);
  }

  /** Reading is tried on a copy: what does not authenticate leaves no trace. */
  NoiseSymmetric copy() {
    // The arrays are replaced, never changed.
    return new NoiseSymmetric(chainingKey, hash, key, nonce);
  }

  void mixKey(byte[] input) {
    byte[] temp = hmac(chainingKey, input);
    chainingKey = hmac(temp, new byte[] {1});
    key = hmac(temp, chainingKey, new byte[] {2});
    nonce = 0;
  }

  void mixHash(byte[] data) {
    hash = sha256(hash, data);
  }

  byte[] encryptAndHash(byte[] plaintext) {
    byte[] sealed;
    if (key == null) {
      sealed = plaintext;
    } else {
      sealed = Arrays.copyOf(plaintext, plaintext.length + Aes.TAG_BYTES);
      new Aes(key).encrypt(nonce++, hash, sealed, 0, plaintext.length);
    }
    mixHash(sealed);
    return sealed;
  }

  byte[] decryptAndHash(byte[] sealed) throws AEADBadTagException {
    byte[] plaintext = sealed;
    if (key != null) {
      if (sealed.length < Aes.TAG_BYTES) {
        throw new AEADBadTagException("too short");
      }
      byte[] opened = new Aes(key).decrypt(nonce++, hash, sealed, 0, sealed.length);
      if (opened == null) {
        throw new AEADBadTagException("does not authenticate");
      }
      plaintext = opened;
    }
    mixHash(sealed);
    return plaintext;
  }

  /** GetHandshakeHash. */
  byte[] hash() {
    return hash.clone();
  }

  /** Split: the initiator's key, then the responder's. */
  byte[][] split() {
    byte[] temp = hmac(chainingKey, NOTHING);
    byte[] first = hmac(temp, new byte[] {1});
    return new byte[][] {first, hmac(temp, first, new byte[] {2})};
  }

  /** A secret beside the two of {@link #split}, for one purpose, bound to all that was said. */
  byte[] export(byte[] purpose) {
    return hmac(chainingKey, purpose, hash);
  }

  static byte[] hmac(byte[] key, byte[]... input) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : input) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HMAC with SHA-256", e);
    }
  }

  static byte[] sha256(byte[]... input) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : input) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }
}
