package io.agentchannel.core.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Noise_XX_25519_AESGCM_SHA256} (Noise specification, revision 34, sections 5.3 and 7.5):
 * both sides prove their static keys, neither knows the other's before.
 *
 * <pre>
 *   -> e
 *   <- e, ee, s, es
 *   -> s, se
 * </pre>
 *
 * Not thread-safe.
 */
final class NoiseHandshake {
  private static final byte[] NAME =
      "Noise_XX_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);

  private static final int KEY = NoiseKeyPair.BYTES;
  private static final int SEALED_KEY = KEY + Aes.TAG_BYTES;

  private final boolean initiator;
  private final NoiseKeyPair staticKey;
  private final NoiseKeyPair ephemeral;
  private NoiseSymmetric symmetric;
  private byte @Nullable [] remoteEphemeral;
  private byte @Nullable [] remoteStatic;
  private int messages;

  private NoiseHandshake(
      boolean initiator, NoiseKeyPair staticKey, NoiseKeyPair ephemeral, NoiseSymmetric symmetric) {
    this.initiator = initiator;
    this.staticKey = staticKey;
    this.ephemeral = ephemeral;
    this.symmetric = symmetric;
  }

  /**
   * @param prologue what both sides must have seen alike
   * @param ephemeral used for this handshake alone
   */
  static NoiseHandshake initiator(byte[] prologue, NoiseKeyPair staticKey, NoiseKeyPair ephemeral) {
    return new NoiseHandshake(true, staticKey, ephemeral, begin(prologue));
  }

  static NoiseHandshake responder(byte[] prologue, NoiseKeyPair staticKey, NoiseKeyPair ephemeral) {
    return new NoiseHandshake(false, staticKey, ephemeral, begin(prologue));
  }

  private static NoiseSymmetric begin(byte[] prologue) {
    NoiseSymmetric symmetric = NoiseSymmetric.begin(NAME);
    symmetric.mixHash(prologue);
    return symmetric;
  }

  /** The same state once more: for what may turn out wrong later than {@link #read} can see. */
  NoiseHandshake copy() {
    NoiseHandshake copy = new NoiseHandshake(initiator, staticKey, ephemeral, symmetric.copy());
    copy.remoteEphemeral = remoteEphemeral;
    copy.remoteStatic = remoteStatic;
    copy.messages = messages;
    return copy;
  }

  /** WriteMessage: the next message, which is this side's. */
  byte[] write(byte[] payload) throws GeneralSecurityException {
    checkTurn(true);
    byte[] head;
    switch (messages++) {
      case 0 -> {
        head = ephemeral.publicKey();
        symmetric.mixHash(head);
      }
      case 1 -> {
        byte[] e = ephemeral.publicKey();
        symmetric.mixHash(e);
        symmetric.mixKey(ephemeral.agree(known(remoteEphemeral)));
        byte[] s = symmetric.encryptAndHash(staticKey.publicKey());
        symmetric.mixKey(staticKey.agree(known(remoteEphemeral)));
        head = concat(e, s);
      }
      default -> {
        head = symmetric.encryptAndHash(staticKey.publicKey());
        symmetric.mixKey(staticKey.agree(known(remoteEphemeral)));
      }
    }
    return concat(head, symmetric.encryptAndHash(payload));
  }

  /**
   * ReadMessage: the next message, which is the other's; returns its payload.
   *
   * @throws GeneralSecurityException if it is not what the other side has written; nothing has
   *     changed then, and another message may be tried
   */
  byte[] read(byte[] message) throws GeneralSecurityException {
    checkTurn(false);
    NoiseSymmetric next = symmetric.copy();
    byte[] e = remoteEphemeral;
    byte[] s = remoteStatic;
    int at;
    switch (messages) {
      case 0 -> {
        e = slice(message, 0, at = KEY);
        next.mixHash(e);
      }
      case 1 -> {
        e = slice(message, 0, KEY);
        next.mixHash(e);
        next.mixKey(ephemeral.agree(e));
        s = next.decryptAndHash(slice(message, KEY, at = KEY + SEALED_KEY));
        next.mixKey(ephemeral.agree(s));
      }
      default -> {
        s = next.decryptAndHash(slice(message, 0, at = SEALED_KEY));
        next.mixKey(ephemeral.agree(s));
      }
    }
    byte[] payload = next.decryptAndHash(slice(message, at, message.length));
    symmetric = next;
    remoteEphemeral = e;
    remoteStatic = s;
    messages++;
    return payload;
  }

  private void checkTurn(boolean writing) {
    boolean initiatorsTurn = messages % 2 == 0;
    if (messages > 2 || initiatorsTurn != (initiator == writing)) {
      throw new IllegalStateException("handshake message " + messages + " out of turn");
    }
  }

  /** The static key that the other side has proven to have; complete after its message with it. */
  byte[] remoteStatic() {
    return known(remoteStatic).clone();
  }

  byte[] hash() {
    return symmetric.hash();
  }

  /** The keys of the two directions, this side's sending key first. */
  byte[][] split() {
    byte[][] keys = symmetric.split();
    return initiator ? keys : new byte[][] {keys[1], keys[0]};
  }

  /** See {@link NoiseSymmetric#export}. */
  byte[] export(byte[] purpose) {
    return symmetric.export(purpose);
  }

  private static byte[] known(byte @Nullable [] key) {
    if (key == null) {
      throw new IllegalStateException("the other side has not said its key yet");
    }
    return key;
  }

  private static byte[] slice(byte[] message, int from, int to) throws AEADBadTagException {
    if (to > message.length || from > to) {
      throw new AEADBadTagException("too short");
    }
    return Arrays.copyOfRange(message, from, to);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
