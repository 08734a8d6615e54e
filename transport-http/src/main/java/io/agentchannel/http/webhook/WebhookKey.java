package io.agentchannel.http.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key of the Standard Webhooks specification: a shared secret ({@code whsec_…}, HMAC-SHA256,
 * signatures {@code v1}), or one half of an Ed25519 pair ({@code whsk_…} signs, {@code whpk_…}
 * verifies, signatures {@code v1a}). Immutable and thread-safe.
 */
public final class WebhookKey {
  private static final String SECRET = "whsec_";
  private static final String PRIVATE = "whsk_";
  private static final String PUBLIC = "whpk_";
  private static final int LEAST_SECRET = 24;
  private static final int MOST_SECRET = 64;
  private static final int ED25519_BYTES = 32;

  /** What comes before the key itself in its DER encoding (RFC 8410, section 4). */
  private static final byte[] ED25519_DER = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final @Nullable Mac mac;
  private final @Nullable PrivateKey privateKey;
  private final @Nullable PublicKey publicKey;

  private WebhookKey(
      @Nullable Mac mac, @Nullable PrivateKey privateKey, @Nullable PublicKey publicKey) {
    this.mac = mac;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /**
   * Reads a key as it is written down: its prefix and base64.
   *
   * @throws IllegalArgumentException if it is none; the message does not contain it
   */
  public static WebhookKey parse(String text) {
    if (text.startsWith(SECRET)) {
      return ofSecret(decode(text, SECRET));
    }
    if (text.startsWith(PRIVATE)) {
      byte[] bytes = decode(text, PRIVATE);
      // Some write the public half behind the private one.
      check(bytes.length == ED25519_BYTES || bytes.length == 2 * ED25519_BYTES, PRIVATE);
      return ofSeed(Arrays.copyOf(bytes, ED25519_BYTES));
    }
    if (text.startsWith(PUBLIC)) {
      byte[] bytes = decode(text, PUBLIC);
      boolean bare = bytes.length == ED25519_BYTES;
      check(bare || bytes.length == ED25519_DER.length + ED25519_BYTES, PUBLIC);
      return ofPublicKey(bare ? der(bytes) : bytes);
    }
    throw new IllegalArgumentException(
        "a webhook key begins with " + SECRET + ", " + PRIVATE + " or " + PUBLIC);
  }

  /**
   * A shared secret.
   *
   * @throws IllegalArgumentException if it does not have 24 to 64 bytes
   */
  public static WebhookKey ofSecret(byte[] secret) {
    check(secret.length >= LEAST_SECRET && secret.length <= MOST_SECRET, SECRET);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return new WebhookKey(mac, null, null);
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static WebhookKey ofSeed(byte[] seed) {
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
      return new WebhookKey(null, key, null);
    } catch (NoSuchAlgorithmException | InvalidKeySpecException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static WebhookKey ofPublicKey(byte[] der) {
    try {
      PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
      return new WebhookKey(null, null, key);
    } catch (InvalidKeySpecException unreadable) {
      throw new IllegalArgumentException("the key after " + PUBLIC + " is no Ed25519 key");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] der(byte[] bare) {
    byte[] der = Arrays.copyOf(ED25519_DER, ED25519_DER.length + bare.length);
    System.arraycopy(bare, 0, der, ED25519_DER.length, bare.length);
    return der;
  }

  private static byte[] decode(String text, String prefix) {
    try {
      return Base64.getDecoder().decode(text.substring(prefix.length()));
    } catch (IllegalArgumentException unreadable) {
      throw new IllegalArgumentException("what follows " + prefix + " is not base64");
    }
  }

  private static void check(boolean good, String prefix) {
    if (!good) {
      throw new IllegalArgumentException("the key after " + prefix + " has the wrong length");
    }
  }

  /** Whether it signs; a public key only verifies. */
  public boolean canSign() {
    return publicKey == null;
  }

  /** Whether it verifies; a private key only signs. */
  public boolean canVerify() {
    return privateKey == null;
  }

  /**
   * The signature with its version: {@code v1,…} or {@code v1a,…}.
   *
   * @throws IllegalStateException if the key only verifies
   */
  String sign(String id, long timestamp, byte[] body) {
    PrivateKey key = privateKey;
    if (key != null) {
      return "v1a," + Base64.getEncoder().encodeToString(signEd25519(key, id, timestamp, body));
    }
    if (mac == null) {
      throw new IllegalStateException("a public key does not sign");
    }
    return "v1," + Base64.getEncoder().encodeToString(authenticate(mac, id, timestamp, body));
  }

  /** Whether one signature, with its version, is this key's; a version of others' is not. */
  boolean verifies(String id, long timestamp, byte[] body, String signature) {
    PublicKey key = publicKey;
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(signature.substring(signature.indexOf(',') + 1));
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
    if (mac != null) {
      return signature.startsWith("v1,")
          && MessageDigest.isEqual(bytes, authenticate(mac, id, timestamp, body));
    }
    return key != null
        && signature.startsWith("v1a,")
        && verifyEd25519(key, id, timestamp, body, bytes);
  }

  private static byte[] authenticate(Mac prototype, String id, long timestamp, byte[] body) {
    try {
      Mac mac = (Mac) prototype.clone();
      mac.update(prefix(id, timestamp));
      return mac.doFinal(body);
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] signEd25519(PrivateKey key, String id, long timestamp, byte[] body) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(prefix(id, timestamp));
      signature.update(body);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static boolean verifyEd25519(
      PublicKey key, String id, long timestamp, byte[] body, byte[] bytes) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(prefix(id, timestamp));
      signature.update(body);
      return signature.verify(bytes);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private static byte[] prefix(String id, long timestamp) {
    return (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
  }

  /** What kind it is; never the key. */
  @Override
  public String toString() {
    return mac != null ? SECRET + "…" : privateKey != null ? PRIVATE + "…" : PUBLIC + "…";
  }
}
