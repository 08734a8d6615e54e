package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.config.AgentHome;
import io.agentchannel.core.config.Settings;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * An agent's Ed25519 key (RFC 8032): proves that this process is the agent of that id. Immutable
 * and thread-safe.
 *
 * <p>Whoever signs begins the bytes with their purpose, so that a signature made for one thing is
 * never good for another.
 */
public final class IdentityKey {
  /** The value of {@code identity} for a key that is never stored. */
  public static final String EPHEMERAL = "ephemeral";

  /** The bytes of a signature. */
  public static final int SIGNATURE_BYTES = 64;

  private final Ed25519PrivateKeyParameters key;
  private final AgentId id;

  private IdentityKey(Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.id = AgentId.ofPublicKey(key.generatePublicKey().getEncoded());
  }

  /**
   * The key that the settings ask for: {@code identity}, or {@code keys/{name}.pem} in the home. A
   * file that is not there is made.
   *
   * @throws AgentException {@link Code#FAILED_PRECONDITION}, one line, if there can be none
   */
  public static IdentityKey open(Settings settings, AgentHome home) {
    return open(settings.identity(), settings.name(), home);
  }

  static IdentityKey open(@Nullable String identity, String name, AgentHome home) {
    if (EPHEMERAL.equals(identity)) {
      return ephemeral();
    }
    if (identity != null) {
      return KeyFile.loadOrCreate(Path.of(identity));
    }
    Path file = home.directory().resolve("keys").resolve(name + ".pem");
    // A home on a read-only mount serves as long as the key is there.
    return KeyFile.exists(file)
        ? KeyFile.loadOrCreate(file)
        : KeyFile.loadOrCreate(home.create("keys").resolve(name + ".pem"));
  }

  /**
   * Whose key a file holds, by the same rules as {@link #open}; nothing is made.
   *
   * @throws AgentException {@link Code#FAILED_PRECONDITION}, one line, if it is no usable key
   */
  public static AgentId idIn(Path file) {
    return KeyFile.idIn(file);
  }

  /** A new key in memory alone. */
  public static IdentityKey ephemeral() {
    return new IdentityKey(new Ed25519PrivateKeyParameters(new SecureRandom()));
  }

  /** The key with this seed (RFC 8032, section 5.1.5), 32 bytes. */
  static IdentityKey ofSeed(byte[] seed) {
    return new IdentityKey(new Ed25519PrivateKeyParameters(seed));
  }

  static IdentityKey of(Ed25519PrivateKeyParameters key) {
    return new IdentityKey(key);
  }

  Ed25519PrivateKeyParameters parameters() {
    return key;
  }

  /** Who it makes this agent. */
  public AgentId id() {
    return id;
  }

  /** Signs bytes that begin with their purpose; 64 bytes. */
  public byte[] sign(byte[] purposePrefixed) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(purposePrefixed, 0, purposePrefixed.length);
    return signer.generateSignature();
  }

  /**
   * Whether the agent of this id has signed the message. False for any other input; an id whose key
   * is of small order, for which signatures can be made without a private key, has signed nothing.
   */
  public static boolean verify(AgentId id, byte[] message, byte[] signature) {
    byte[] publicKey = id.publicKey();
    if (signature.length != SIGNATURE_BYTES || !Ed25519.validatePublicKeyFull(publicKey, 0)) {
      return false;
    }
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(publicKey));
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  /** The id; never the key. */
  @Override
  public String toString() {
    return "IdentityKey[" + id + "]";
  }
}
