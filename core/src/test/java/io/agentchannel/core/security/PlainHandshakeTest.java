package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.security.HandshakeMessage.Field;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainHandshakeTest {
  private final Hello alice = hello("alice", 1);
  private final Hello bob = hello("bob", 2);

  private static Hello hello(String name, long instance) {
    return new Hello(IdentityKey.ephemeral().id(), name, instance, 256 << 10, 60_000);
  }

  @Test
  void threePacketsTellEachWhoTheOtherIs() throws Exception {
    Handshake initiator = PlainHandshake.initiator(alice, "bob", bob.id());
    Handshake responder = PlainHandshake.responder(bob);

    Handshake.Step second = responder.onPacket(initiator.first());
    Handshake.Step third = initiator.onPacket(second.reply());
    Handshake.Step end = responder.onPacket(third.reply());

    assertThat(responder.first()).isNull();
    assertThat(second.authenticated()).isNull();
    assertThat(third.authenticated().peer()).usingRecursiveComparison().isEqualTo(bob);
    assertThat(end.authenticated().peer()).usingRecursiveComparison().isEqualTo(alice);
    assertThat(end.reply()).isNull();
    assertThat(third.authenticated().seal()).isNotNull();
    assertThat(end.authenticated().secret()).hasSize(32).isEqualTo(third.authenticated().secret());
  }

  @Test
  void anotherAgentThanTheExpectedIsRefusedByName() throws Exception {
    AgentId expected = IdentityKey.ephemeral().id();
    Handshake initiator = PlainHandshake.initiator(alice, "", expected);
    ByteBuffer second = PlainHandshake.responder(bob).onPacket(initiator.first()).reply();

    HandshakeException refused =
        catchThrowableOfType(HandshakeException.class, () -> initiator.onPacket(second));

    assertThat(refused.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refused)
        .hasMessageContaining(expected.toString())
        .hasMessageContaining(bob.id().toString());
    assertThat(refused.isFromPeer()).isFalse();
  }

  @Test
  void anAgentThatIsNotMeantSaysSo() throws Exception {
    Handshake initiator = PlainHandshake.initiator(alice, "carol", null);
    Handshake responder = PlainHandshake.responder(bob);

    HandshakeException here =
        catchThrowableOfType(HandshakeException.class, () -> responder.onPacket(initiator.first()));
    HandshakeException there =
        catchThrowableOfType(
            HandshakeException.class, () -> initiator.onPacket(responder.refusal(here)));

    assertThat(there.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(there).hasMessageContaining("no agent carol here; this is bob");
    assertThat(there.isFromPeer()).isTrue();
  }

  @Test
  void itsIdOrItsNameIsWhatAnAgentIsMeantBy() throws Exception {
    for (String intended : new String[] {"", "bob", bob.id().toString()}) {
      ByteBuffer first = PlainHandshake.initiator(alice, intended, null).first();
      assertThat(PlainHandshake.responder(bob).onPacket(first).reply()).isNotNull();
    }
  }

  @Test
  void anotherVersionIsToldWhichToUpdate() {
    ByteBuffer first =
        new HandshakeMessage(1)
            .with(Field.MIN_VERSION, 7)
            .with(Field.MAX_VERSION, 9)
            .with(Field.MODE, 0)
            .write();

    assertThatThrownBy(() -> PlainHandshake.responder(bob).onPacket(first))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("versions 7 to 9, this agent speaks 1");
  }

  @Test
  void anotherProtectionIsRefusedAndNotNegotiated() {
    ByteBuffer first =
        new HandshakeMessage(1)
            .with(Field.MIN_VERSION, 1)
            .with(Field.MAX_VERSION, 1)
            .with(Field.MODE, 7)
            .write();

    assertThatThrownBy(() -> PlainHandshake.responder(bob).onPacket(first))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("protect their packets in different ways");
  }

  @Test
  void aPacketOutOfTurnIsRefused() throws Exception {
    Handshake initiator = PlainHandshake.initiator(alice, "", null);
    Handshake responder = PlainHandshake.responder(bob);
    ByteBuffer first = initiator.first();
    responder.onPacket(first.duplicate());

    assertThatThrownBy(() -> responder.onPacket(first))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("out of turn");
  }

  @Test
  void fieldsOfLaterVersionsAreSkipped() throws Exception {
    ByteBuffer first = PlainHandshake.initiator(alice, "", null).first();
    ByteBuffer longer =
        ByteBuffer.allocate(first.remaining() + 5)
            .put(first)
            .put((byte) 200)
            .putShort((short) 2)
            .put((byte) 1)
            .put((byte) 2)
            .flip();

    assertThat(PlainHandshake.responder(bob).onPacket(longer).reply()).isNotNull();
  }

  @Test
  void whatANameContainsCannotForgeALogLine() throws Exception {
    Hello forger = new Hello(alice.id(), "a\nERROR all is lost\u202e", 1, 1, 1);
    Handshake responder = PlainHandshake.responder(bob);
    responder.onPacket(PlainHandshake.initiator(forger, "", null).first());

    Handshake.Step end = responder.onPacket(new HandshakeMessage(3).with(forger).write());

    assertThat(end.authenticated().peer().name()).doesNotContain("\n").doesNotContain("\u202e");
  }

  @Test
  void cutAndChangedPacketsOnlyEverRefuse() throws Exception {
    Random random = new Random(42);
    ByteBuffer valid =
        PlainHandshake.responder(bob)
            .onPacket(PlainHandshake.initiator(alice, "", null).first())
            .reply();
    byte[] bytes = new byte[valid.remaining()];
    valid.get(bytes);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      for (int n = random.nextInt(4); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        PlainHandshake.initiator(alice, "", null).onPacket(ByteBuffer.wrap(changed));
      } catch (HandshakeException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void anOversizedPacketIsRefusedUnread() {
    assertThatThrownBy(
            () ->
                PlainHandshake.responder(bob)
                    .onPacket(ByteBuffer.allocate(HandshakeMessage.MAX_BYTES + 1)))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("too large");
  }
}
