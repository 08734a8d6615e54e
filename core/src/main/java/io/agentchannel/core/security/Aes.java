package io.agentchannel.core.security;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM under one key, with nonces as the Noise specification forms them (section 12.3): four
 * zero bytes and the counter. Not thread-safe.
 */
final class Aes {
  static final int KEY_BYTES = 32;
  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;
  private static final byte[] NOTHING = {};

  private final SecretKeySpec key;
  private final Cipher cipher;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final ByteBuffer counterInNonce = ByteBuffer.wrap(nonce, 4, 8).slice();

  Aes(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no AES-GCM", e);
    }
  }

  /**
   * Encrypts in place what is in the array from {@code from} on and appends the tag; never called
   * twice with the same counter.
   */
  void encrypt(long counter, byte[] bytes, int from, int length) {
    encrypt(counter, NOTHING, bytes, from, length);
  }

  /**
   * @param associated is authenticated with it
   */
  void encrypt(long counter, byte[] associated, byte[] bytes, int from, int length) {
    try {
      init(Cipher.ENCRYPT_MODE, counter, associated);
      cipher.doFinal(bytes, from, length, bytes, from);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  /**
   * Decrypts ciphertext and tag; they stay as they are. (In place would cost more: the JDK then
   * works on a copy, so that nothing is seen of what turns out not to be authentic.)
   *
   * @return null if they are not what was encrypted so
   */
  byte @Nullable [] decrypt(long counter, byte[] bytes, int from, int length) {
    return decrypt(counter, NOTHING, bytes, from, length);
  }

  /**
   * @param associated what was authenticated with it
   */
  byte @Nullable [] decrypt(long counter, byte[] associated, byte[] bytes, int from, int length) {
    byte[] opened = new byte[length - TAG_BYTES];
    try {
      init(Cipher.DECRYPT_MODE, counter, associated);
      cipher.doFinal(bytes, from, length, opened, 0);
      return opened;
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  private void init(int mode, long counter, byte[] associated) throws GeneralSecurityException {
    counterInNonce.putLong(0, counter);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    if (associated.length > 0) {
      cipher.updateAAD(associated);
    }
  }
}
