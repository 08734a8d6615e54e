package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.security.HandshakeMessage.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The handshake without cryptography: each side says who it is and is believed. It has the three
 * packets, the fields and the errors that an authenticated one has.
 */
public final class PlainHandshake implements Handshake {
  /** The versions of the protocol that this runtime speaks. */
  private static final int VERSION = 1;

  /** How packets are protected; both sides must have the same, nothing is negotiated. */
  private static final int MODE_NONE = 0;

  private final Hello self;
  private final boolean initiator;
  private final String intended;
  private final @Nullable AgentId expected;
  private int nextStep;

  private PlainHandshake(
      Hello self, boolean initiator, String intended, @Nullable AgentId expected) {
    this.self = self;
    this.initiator = initiator;
    this.intended = intended;
    this.expected = expected;
    this.nextStep = initiator ? 2 : 1;
  }

  /**
   * @param intended the name or id of the agent that is meant; empty for whoever answers
   * @param expected the id that it must have, or null for any
   */
  public static Handshake initiator(Hello self, String intended, @Nullable AgentId expected) {
    return new PlainHandshake(self, true, intended, expected);
  }

  public static Handshake responder(Hello self) {
    return new PlainHandshake(self, false, "", null);
  }

  @Override
  public @Nullable ByteBuffer first() {
    return initiator ? versions(1).with(Field.INTENDED, intended).write() : null;
  }

  private static HandshakeMessage versions(int step) {
    return new HandshakeMessage(step)
        .with(Field.MIN_VERSION, VERSION)
        .with(Field.MAX_VERSION, VERSION)
        .with(Field.MODE, MODE_NONE);
  }

  @Override
  public Step onPacket(ByteBuffer packet) throws HandshakeException {
    HandshakeMessage message = HandshakeMessage.read(packet);
    if (message.step() == HandshakeMessage.REFUSAL) {
      throw HandshakeException.refused(refusalCode(message), message.text(Field.MESSAGE));
    }
    if (message.step() != nextStep) {
      throw HandshakeException.refuse(
          Code.FAILED_PRECONDITION, "handshake packet " + message.step() + " out of turn");
    }
    nextStep += 2;
    switch (message.step()) {
      case 1 -> {
        checkVersions(message);
        checkIntended(message.text(Field.INTENDED));
        return new Step(versions(2).with(self).write(), null, null);
      }
      case 2 -> {
        checkVersions(message);
        Hello peer = message.hello();
        if (expected != null && !expected.equals(peer.id())) {
          throw HandshakeException.refuse(
              Code.UNAUTHENTICATED,
              "expected " + expected + ", but " + peer.id() + " answers here");
        }
        return new Step(new HandshakeMessage(3).with(self).write(), peer, PlainSeal.INSTANCE);
      }
      default -> {
        return new Step(null, message.hello(), PlainSeal.INSTANCE);
      }
    }
  }

  private static void checkVersions(HandshakeMessage message) throws HandshakeException {
    long min = message.number(Field.MIN_VERSION);
    long max = message.number(Field.MAX_VERSION);
    if (min > VERSION || max < VERSION) {
      throw HandshakeException.refuse(
          Code.FAILED_PRECONDITION,
          "the peer speaks protocol versions "
              + (min == max ? Long.toString(min) : min + " to " + max)
              + ", this agent speaks "
              + VERSION
              + ": update the older of the two");
    }
    if (message.number(Field.MODE) != MODE_NONE) {
      throw HandshakeException.refuse(
          Code.FAILED_PRECONDITION, "the peer protects its packets in another way than this agent");
    }
  }

  private void checkIntended(String name) throws HandshakeException {
    if (!name.isEmpty() && !name.equals(self.name()) && !name.equals(self.id().toString())) {
      throw HandshakeException.refuse(
          Code.NOT_FOUND, "no agent " + name + " here; this is " + self.name());
    }
  }

  private static Code refusalCode(HandshakeMessage message) {
    String name = message.text(Field.CODE);
    for (Code code : Code.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return Code.UNAVAILABLE;
  }

  @Override
  public ByteBuffer refusal(HandshakeException why) {
    return new HandshakeMessage(HandshakeMessage.REFUSAL)
        .with(Field.CODE, why.code().name())
        .with(Field.MESSAGE, String.valueOf(why.getMessage()))
        .write();
  }
}
