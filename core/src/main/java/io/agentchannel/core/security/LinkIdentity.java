package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import java.nio.charset.StandardCharsets;

/**
 * What an agent proves itself with on its links: a key for Noise, made for this process, and the
 * signature that makes it the agent's. Immutable and thread-safe.
 */
public final class LinkIdentity {
  private static final byte[] PURPOSE =
      "agentchannel-noise-static-key:".getBytes(StandardCharsets.US_ASCII);

  private final NoiseKeyPair staticKey;
  private final byte[] signature;

  private LinkIdentity(NoiseKeyPair staticKey, byte[] signature) {
    this.staticKey = staticKey;
    this.signature = signature;
  }

  /** Makes a new key and has it signed. */
  public static LinkIdentity of(IdentityKey key) {
    NoiseKeyPair staticKey = NoiseKeyPair.generate();
    return new LinkIdentity(staticKey, key.sign(signed(staticKey.publicKey())));
  }

  NoiseKeyPair staticKey() {
    return staticKey;
  }

  byte[] signature() {
    return signature;
  }

  /** Whether the agent of this id has signed this Noise key. */
  static boolean isSigned(AgentId id, byte[] staticKey, byte[] signature) {
    return IdentityKey.verify(id, signed(staticKey), signature);
  }

  private static byte[] signed(byte[] staticKey) {
    byte[] bytes = new byte[PURPOSE.length + staticKey.length];
    System.arraycopy(PURPOSE, 0, bytes, 0, PURPOSE.length);
    System.arraycopy(staticKey, 0, bytes, PURPOSE.length, staticKey.length);
    return bytes;
  }
}
