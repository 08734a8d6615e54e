package io.agentchannel;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who an agent is: the W3C did:key text of its Ed25519 public key, {@code did:key:z6Mk…}.
 *
 * <p>An id is self-certifying: whoever proves possession of the private key is the agent, and no
 * registry is asked. Replicas of one agent share its id and differ in their instance.
 *
 * <p>Immutable and thread-safe. Two ids are equal when their keys are.
 *
 * @see <a href="https://w3c-ccg.github.io/did-key-spec/">The did:key method, Ed25519</a>
 */
public final class AgentId {
  private static final String PREFIX = "did:key:z";
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(58);

  /** The multicodec varint of an Ed25519 public key, 0xed, in its two bytes. */
  private static final byte[] ED25519_PUB = {(byte) 0xed, 0x01};

  private static final int KEY_BYTES = 32;

  private final String text;
  private final byte[] publicKey;

  private AgentId(String text, byte[] publicKey) {
    this.text = text;
    this.publicKey = publicKey;
  }

  /**
   * The id of a raw Ed25519 public key (RFC 8032, 32 bytes).
   *
   * @throws IllegalArgumentException if the key is not 32 bytes long
   */
  public static AgentId ofPublicKey(byte[] rawKey) {
    if (rawKey.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, this has " + rawKey.length);
    }
    byte[] multicodec = Arrays.copyOf(ED25519_PUB, ED25519_PUB.length + KEY_BYTES);
    System.arraycopy(rawKey, 0, multicodec, ED25519_PUB.length, KEY_BYTES);
    return new AgentId(PREFIX + base58(multicodec), rawKey.clone());
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not a did:key of an Ed25519 key
   */
  public static AgentId parse(String text) {
    if (!isAgentId(text) || text.length() > 128) {
      throw new IllegalArgumentException("not an agent id (did:key:z6Mk…)");
    }
    byte[] multicodec = base58Decode(text.substring(PREFIX.length()));
    if (multicodec.length != ED25519_PUB.length + KEY_BYTES
        || multicodec[0] != ED25519_PUB[0]
        || multicodec[1] != ED25519_PUB[1]) {
      throw new IllegalArgumentException("not the did:key of an Ed25519 key");
    }
    return ofPublicKey(Arrays.copyOfRange(multicodec, ED25519_PUB.length, multicodec.length));
  }

  /** Whether a text looks like an id, so that a name or a URI can be told from one. */
  public static boolean isAgentId(String text) {
    return text.startsWith(PREFIX);
  }

  /** The raw Ed25519 public key, 32 bytes, a copy. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The last characters of the id, enough for people to tell agents apart in a log. */
  public String abbreviated() {
    return "…" + text.substring(text.length() - 8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AgentId id && id.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text form, {@code did:key:z6Mk…}. */
  @Override
  public String toString() {
    return text;
  }

  private static String base58(byte[] bytes) {
    StringBuilder reversed = new StringBuilder();
    BigInteger rest = new BigInteger(1, bytes);
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      reversed.append(ALPHABET.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    return reversed.reverse().toString();
  }

  private static byte[] base58Decode(String text) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        // Not the character itself: it could be one that ends a line or redraws a terminal.
        throw new IllegalArgumentException(
            "not an agent id: its character " + (PREFIX.length() + i + 1) + " is not base58");
      }
      value = value.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    byte[] bytes = value.toByteArray();
    return bytes.length > 0 && bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
