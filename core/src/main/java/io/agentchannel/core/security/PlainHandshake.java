package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import io.agentchannel.core.security.HandshakeMessage.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The handshake without cryptography: each side says who it is. With {@code security: none} it is
 * believed; over a connection whose ends the transport has proven it must be who the transport says
 * it is. It has the packets, the fields and the errors that {@link SealedHandshake} has.
 */
public final class PlainHandshake implements Handshake {
  private static final byte[] PURPOSE =
      "agentchannel plain link secret".getBytes(StandardCharsets.US_ASCII);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 32;

  private final Hello self;
  private final boolean initiator;
  private final String intended;
  private final @Nullable AgentId expected;
  private final Protection protection;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private byte[] theirNonce = new byte[0];
  private int nextStep;

  private PlainHandshake(
      Hello self,
      boolean initiator,
      String intended,
      @Nullable AgentId expected,
      Protection protection) {
    this.self = self;
    this.initiator = initiator;
    this.intended = intended;
    this.expected = expected;
    this.protection = protection;
    this.nextStep = initiator ? 2 : 1;
    RANDOM.nextBytes(nonce);
  }

  /**
   * Whoever answers is believed.
   *
   * @param intended the name or id of the agent that is meant; empty for whoever answers
   * @param expected the id that it must say, or null for any
   */
  public static Handshake initiator(Hello self, String intended, @Nullable AgentId expected) {
    return new PlainHandshake(self, true, intended, expected, Protection.NONE);
  }

  /** Whoever connects is believed. */
  public static Handshake responder(Hello self) {
    return new PlainHandshake(self, false, "", null, Protection.NONE);
  }

  /**
   * The transport has proven who answers.
   *
   * @param expected who must answer, or null for anyone
   */
  public static Handshake provenInitiator(
      Hello self, String intended, @Nullable AgentId expected, AgentId proven)
      throws HandshakeException {
    if (expected != null && !expected.equals(proven)) {
      HandshakeRules.checkIdentity(new Hello(proven, "", 0, 0, 0), expected);
    }
    return new PlainHandshake(self, true, intended, proven, Protection.TRANSPORT);
  }

  /** The transport has proven who connects. */
  public static Handshake provenResponder(Hello self, AgentId proven) {
    return new PlainHandshake(self, false, "", proven, Protection.TRANSPORT);
  }

  @Override
  public @Nullable ByteBuffer first() {
    return initiator
        ? HandshakeRules.opening(protection, intended).with(Field.NONCE, nonce).write()
        : null;
  }

  @Override
  public Step onPacket(ByteBuffer packet) throws HandshakeException {
    HandshakeMessage message = HandshakeMessage.read(packet);
    if (message.step() == HandshakeMessage.REFUSAL) {
      throw HandshakeException.refused(
          HandshakeRules.refusalCode(message), HandshakeRules.reason(message));
    }
    HandshakeRules.checkStep(message.step(), message.step() == nextStep);
    Step step =
        switch (message.step()) {
          case 1 -> {
            HandshakeRules.checkOpening(message, protection, self);
            theirNonce = message.bytes(Field.NONCE, NONCE_BYTES);
            yield new Step(
                new HandshakeMessage(2).with(Field.NONCE, nonce).with(self).write(), null);
          }
          case 2 -> {
            Hello peer = checked(message.hello());
            theirNonce = message.bytes(Field.NONCE, NONCE_BYTES);
            yield new Step(third(), authenticated(peer));
          }
          default -> new Step(null, authenticated(checked(message.hello())));
        };
    nextStep += 2;
    return step;
  }

  private Hello checked(Hello peer) throws HandshakeException {
    HandshakeRules.checkIdentity(peer, expected);
    return peer;
  }

  /** An invitation is for the eyes of the peer alone. */
  private ByteBuffer third() {
    HandshakeMessage third = new HandshakeMessage(3).with(self);
    return protection == Protection.TRANSPORT
        ? third.withInvite(self.invite()).write()
        : third.write();
  }

  private Authenticated authenticated(Hello peer) {
    byte[] secret =
        initiator
            ? NoiseSymmetric.sha256(PURPOSE, nonce, theirNonce)
            : NoiseSymmetric.sha256(PURPOSE, theirNonce, nonce);
    return new Authenticated(peer, PlainSeal.INSTANCE, secret);
  }

  @Override
  public ByteBuffer refusal(HandshakeException why) {
    return HandshakeRules.refusal(why);
  }
}
