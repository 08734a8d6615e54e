package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.security.HandshakeMessage.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What handshakes with and without cryptography have in common. */
final class HandshakeRules {
  /** The version of the protocol that this runtime speaks. */
  private static final int VERSION = 1;

  private HandshakeRules() {}

  static HandshakeMessage opening(Protection protection, String intended) {
    return new HandshakeMessage(1)
        .with(Field.MIN_VERSION, VERSION)
        .with(Field.MAX_VERSION, VERSION)
        .with(Field.MODE, protection.number())
        .with(Field.INTENDED, intended);
  }

  static void checkOpening(HandshakeMessage message, Protection protection, Hello self)
      throws HandshakeException {
    checkVersions(message.number(Field.MIN_VERSION), message.number(Field.MAX_VERSION));
    long mode = message.number(Field.MODE);
    if (mode != protection.number()) {
      throw HandshakeException.refuse(Code.FAILED_PRECONDITION, protection.mismatch(mode));
    }
    String name = message.text(Field.INTENDED);
    // Who means an id sees by itself that another one answers, proven and not only said.
    if (!name.isEmpty() && !name.equals(self.name()) && !AgentId.isAgentId(name)) {
      throw HandshakeException.refuse(
          Code.NOT_FOUND, "no agent " + name + " here; this is " + self.name());
    }
  }

  private static void checkVersions(long min, long max) throws HandshakeException {
    if (min > VERSION || max < VERSION) {
      throw HandshakeException.refuse(
          Code.FAILED_PRECONDITION,
          "the peer speaks protocol versions "
              + (min == max ? Long.toString(min) : min + " to " + max)
              + ", this agent speaks "
              + VERSION
              + ": update the older of the two");
    }
  }

  static void checkStep(int step, boolean isExpected) throws HandshakeException {
    if (!isExpected) {
      throw HandshakeException.refuse(
          Code.FAILED_PRECONDITION, "handshake packet " + step + " out of turn");
    }
  }

  static void checkIdentity(Hello peer, @Nullable AgentId expected) throws HandshakeException {
    if (expected != null && !expected.equals(peer.id())) {
      throw HandshakeException.otherPeer(
          "expected "
              + expected
              + ", but "
              + peer.id()
              + " answers here: if the agent has a new key, set its new id in this agent's"
              + " configuration; if not, somebody else is in its place");
    }
  }

  static ByteBuffer refusal(HandshakeException why) {
    return new HandshakeMessage(HandshakeMessage.REFUSAL)
        .with(Field.CODE, why.code().name())
        .with(Field.MESSAGE, String.valueOf(why.getMessage()))
        .write();
  }

  /** Why the peer refuses, in its words. */
  static String reason(HandshakeMessage refusal) {
    String said = refusal.text(Field.MESSAGE);
    return said.isEmpty() ? "it does not say why" : said;
  }

  static Code refusalCode(HandshakeMessage message) {
    String name = message.text(Field.CODE);
    for (Code code : Code.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return Code.UNAVAILABLE;
  }
}
