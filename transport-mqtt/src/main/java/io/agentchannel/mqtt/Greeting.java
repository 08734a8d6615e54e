package io.agentchannel.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends of a link tell each other before its first packet, in {@code hello} and {@code
 * welcome}. Anybody may have sent it: it says where to write to, and no more.
 *
 * <p>The seal is the SHA-256 of a secret that its sender alone knows and that goes out with {@code
 * bye}: whoever reads along, or writes into inboxes, cannot end the link.
 *
 * @param seal 32 bytes
 * @param name of the sender, which tells where its Last Will comes
 */
record Greeting(byte[] seal, String name) {
  /** Content types: what a message is that is not a packet. */
  static final String HELLO = "agentchannel/hello";

  static final String WELCOME = "agentchannel/welcome";
  static final String BYE = "agentchannel/bye";

  /** To oneself: does what is sent arrive? */
  static final String PROBE = "agentchannel/probe";

  private static final byte VERSION = 1;
  private static final int SECRET_BYTES = 16;
  private static final int SEAL_BYTES = 32;
  private static final int LONGEST_NAME = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  static byte[] newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return secret;
  }

  static Greeting of(byte[] secret, String name) {
    return new Greeting(sha256(secret), name);
  }

  /** Null if this is no greeting, or of a version not known here. */
  static @Nullable Greeting read(byte[] bytes) {
    int name = bytes.length - 1 - SEAL_BYTES;
    if (name < 0 || name > LONGEST_NAME || bytes[0] != VERSION) {
      return null;
    }
    byte[] seal = new byte[SEAL_BYTES];
    System.arraycopy(bytes, 1, seal, 0, SEAL_BYTES);
    return new Greeting(seal, new String(bytes, 1 + SEAL_BYTES, name, StandardCharsets.UTF_8));
  }

  ByteBuffer write() {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + SEAL_BYTES + text.length)
        .put(VERSION)
        .put(seal)
        .put(text)
        .flip();
  }

  /** Whether this came from the sender of the greeting. */
  boolean isSealOf(byte[] secret) {
    return secret.length == SECRET_BYTES && MessageDigest.isEqual(seal, sha256(secret));
  }

  private static byte[] sha256(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
