package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.core.security.Handshake.Authenticated;
import io.agentchannel.core.security.Handshake.Step;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever packet a stranger sends, at any step: one line of refusal, and the handshake that it
 * came in between goes on as if it had not been.
 */
class HandshakeFuzz {
  private static final IdentityKey ALICE_KEY = IdentityKey.ephemeral();
  private static final IdentityKey BOB_KEY = IdentityKey.ephemeral();
  private static final LinkIdentity ALICE_IDENTITY = LinkIdentity.of(ALICE_KEY);
  private static final LinkIdentity BOB_IDENTITY = LinkIdentity.of(BOB_KEY);
  private static final Hello ALICE = hello(ALICE_KEY, "alice");
  private static final Hello BOB = hello(BOB_KEY, "bob");

  private static final Handshake WAITS_FOR_SECOND =
      SealedHandshake.initiator(ALICE, ALICE_IDENTITY, "bob", BOB_KEY.id(), true);
  private static final Handshake WAITS_FOR_THIRD =
      SealedHandshake.responder(BOB, BOB_IDENTITY, true);
  private static @Nullable ByteBuffer second;
  private static List<Seal> seals = List.of();

  private static Hello hello(IdentityKey key, String name) {
    return new Hello(key.id(), name, 1, 256 << 10, 60_000);
  }

  @BeforeAll
  static void begin() throws HandshakeException {
    second = WAITS_FOR_THIRD.onPacket(WAITS_FOR_SECOND.first()).reply();
    seals = List.of(sealOfAnother(true), sealOfAnother(false));
  }

  /** The responder's, of a handshake that is complete. */
  private static Seal sealOfAnother(boolean othersWrite) throws HandshakeException {
    Handshake initiator = SealedHandshake.initiator(ALICE, ALICE_IDENTITY, "", null, othersWrite);
    Handshake responder = SealedHandshake.responder(BOB, BOB_IDENTITY, othersWrite);
    ByteBuffer answer = responder.onPacket(initiator.first()).reply();
    return responder.onPacket(initiator.onPacket(answer).reply()).authenticated().seal();
  }

  @AfterAll
  static void complete() throws HandshakeException {
    Step third = WAITS_FOR_SECOND.onPacket(second);
    Authenticated end = WAITS_FOR_THIRD.onPacket(third.reply()).authenticated();

    assertThat(end.peer().id()).isEqualTo(ALICE_KEY.id());
  }

  @FuzzTest
  void aPacketIsRefusedInOneLine(byte[] packet) {
    // A first packet proves nobody, so anyone can make one that is answered.
    assertThat(tried(SealedHandshake.responder(BOB, BOB_IDENTITY, true), packet)).isNull();
    assertThat(tried(WAITS_FOR_SECOND, packet)).isNull();
    if (!isFirst(packet)) {
      // A responder that others write to keeps a few beginnings; more drive this one out.
      assertThat(tried(WAITS_FOR_THIRD, packet)).isNull();
    }
    seals.forEach(seal -> assertThat(opened(seal, packet)).isNull());

    assertWithinBounds(tried(PlainHandshake.responder(BOB), packet));
    Handshake plain = PlainHandshake.initiator(ALICE, "bob", null);
    plain.first();
    assertWithinBounds(tried(plain, packet));
    Handshake proven = PlainHandshake.provenResponder(BOB, ALICE_KEY.id());
    assertThat(tried(proven, packet)).isNull();
  }

  private static boolean isFirst(byte[] packet) {
    return packet.length > 3 && packet[3] == 1;
  }

  private static @Nullable Authenticated tried(Handshake handshake, byte[] packet) {
    try {
      return handshake.onPacket(ByteBuffer.wrap(packet.clone())).authenticated();
    } catch (HandshakeException e) {
      assertOneLine(e);
      ByteBuffer refusal = handshake.refusal(e);
      assertThat(refusal.remaining()).isLessThanOrEqualTo(HandshakeMessage.MAX_BYTES);
      return null;
    }
  }

  private static @Nullable ByteBuffer opened(Seal seal, byte[] packet) {
    try {
      return seal.open(ByteBuffer.wrap(packet.clone()));
    } catch (HandshakeException e) {
      assertOneLine(e);
      return null;
    }
  }

  private static void assertOneLine(HandshakeException e) {
    assertThat(e.getMessage())
        .hasSizeBetween(1, 4096)
        .matches(line -> line.chars().noneMatch(Character::isISOControl));
  }

  /** Without sealing a peer is believed what it says, but not more than fits. */
  private static void assertWithinBounds(@Nullable Authenticated said) {
    if (said != null) {
      Hello peer = said.peer();
      assertThat(peer.name())
          .hasSizeBetween(1, 128)
          .matches(name -> name.chars().noneMatch(Character::isISOControl));
      assertThat(peer.greeting()).hasSizeLessThanOrEqualTo(Hello.MAX_GREETING);
      assertThat(List.of(peer.window(), peer.resumeMillis(), peer.ahead()))
          .allMatch(limit -> limit >= 0);
    }
  }
}
