package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.security.Handshake.Authenticated;
import io.agentchannel.core.security.HandshakeMessage.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealedHandshakeTest {
  private static final byte[] INVITE = "a secret of one time".getBytes(StandardCharsets.US_ASCII);

  private final IdentityKey aliceKey = IdentityKey.ephemeral();
  private final IdentityKey bobKey = IdentityKey.ephemeral();
  private final LinkIdentity aliceIdentity = LinkIdentity.of(aliceKey);
  private final LinkIdentity bobIdentity = LinkIdentity.of(bobKey);
  private final Hello alice = hello(aliceKey, "alice", 1, "call me at alice");
  private final Hello bob = hello(bobKey, "bob", 2, "call me at bob");

  private static Hello hello(IdentityKey key, String name, long instance, String greeting) {
    return new Hello(key.id(), name, instance, 256 << 10, 60_000)
        .forLink(4096, greeting.getBytes(StandardCharsets.US_ASCII), null);
  }

  private Handshake initiator(String intended, AgentId expected) {
    return SealedHandshake.initiator(alice, aliceIdentity, intended, expected, false);
  }

  private Handshake responder() {
    return SealedHandshake.responder(bob, bobIdentity, false);
  }

  private static ByteBuffer copy(ByteBuffer packet) {
    return ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
  }

  private static String text(ByteBuffer packet) {
    return StandardCharsets.ISO_8859_1.decode(packet.duplicate()).toString();
  }

  @Test
  void threePacketsProveEachToTheOtherAndGiveKeys() throws Exception {
    Handshake initiator = initiator("bob", bobKey.id());
    Handshake responder = responder();

    Handshake.Step second = responder.onPacket(initiator.first());
    Handshake.Step third = initiator.onPacket(second.reply());
    Handshake.Step end = responder.onPacket(third.reply());

    assertThat(second.authenticated()).isNull();
    assertThat(end.reply()).isNull();
    Authenticated atAlice = third.authenticated();
    Authenticated atBob = end.authenticated();
    assertThat(atAlice.peer()).usingRecursiveComparison().isEqualTo(bob);
    assertThat(atBob.peer()).usingRecursiveComparison().isEqualTo(alice);
    assertThat(atAlice.secret()).hasSize(32).isEqualTo(atBob.secret());
    assertThat(opened(atBob.seal(), sealed(atAlice.seal(), "hello"))).isEqualTo("hello");
    assertThat(opened(atAlice.seal(), sealed(atBob.seal(), "hello, too"))).isEqualTo("hello, too");
  }

  private static ByteBuffer sealed(Seal by, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer packet = ByteBuffer.allocate(by.headroom() + bytes.length + by.tailroom());
    packet.position(by.headroom());
    packet.put(bytes).clear();
    by.seal(packet);
    return packet;
  }

  private static String opened(Seal by, ByteBuffer packet) throws HandshakeException {
    return StandardCharsets.UTF_8.decode(by.open(packet)).toString();
  }

  @Test
  void eachLinkHasKeysAndASecretOfItsOwn() throws Exception {
    byte[][] secrets = new byte[2][];
    for (int i = 0; i < 2; i++) {
      Handshake initiator = initiator("", null);
      secrets[i] =
          initiator
              .onPacket(responder().onPacket(initiator.first()).reply())
              .authenticated()
              .secret();
    }
    assertThat(secrets[0]).isNotEqualTo(secrets[1]);
  }

  @Test
  void nobodyOnTheWayLearnsWhoTheyAre() throws Exception {
    Handshake initiator = initiator("", null);
    ByteBuffer first = initiator.first();
    ByteBuffer second = responder().onPacket(copy(first)).reply();
    ByteBuffer third = initiator.onPacket(copy(second)).reply();

    for (ByteBuffer packet : new ByteBuffer[] {first, second, third}) {
      assertThat(text(packet))
          .doesNotContain("alice")
          .doesNotContain("bob")
          .doesNotContain(new String(aliceKey.id().publicKey(), StandardCharsets.ISO_8859_1))
          .doesNotContain(new String(bobKey.id().publicKey(), StandardCharsets.ISO_8859_1));
    }
    assertThat(text(second)).startsWith("ACH\u0002");
    assertThat(text(third)).startsWith("ACH\u0003");
  }

  @Test
  void anInvitationIsShownToTheAgentOfItsIdAlone() throws Exception {
    Hello invited = alice.forLink(0, new byte[0], INVITE);
    for (AgentId expected : new AgentId[] {bobKey.id(), null}) {
      Handshake initiator = SealedHandshake.initiator(invited, aliceIdentity, "", expected, false);
      Handshake responder = responder();
      ByteBuffer third = initiator.onPacket(responder.onPacket(initiator.first()).reply()).reply();
      byte[] shown = responder.onPacket(third).authenticated().peer().invite();
      if (expected == null) {
        assertThat(shown).isNull();
      } else {
        assertThat(shown).isEqualTo(INVITE);
      }
    }
  }

  @Test
  void anotherAgentThanTheExpectedIsRefusedAndLearnsNothing() throws Exception {
    AgentId expected = IdentityKey.ephemeral().id();
    Handshake initiator = initiator("", expected);
    ByteBuffer second = responder().onPacket(initiator.first()).reply();

    HandshakeException refused =
        catchThrowableOfType(HandshakeException.class, () -> initiator.onPacket(second));

    assertThat(refused.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refused)
        .hasMessageContaining(expected.toString())
        .hasMessageContaining(bobKey.id().toString())
        .hasMessageContaining("set its new id");
    assertThat(text(initiator.refusal(refused))).doesNotContain(aliceKey.id().toString());
  }

  /** Somebody who has a handshake of his own, and says that he is Bob. */
  @Test
  void aClaimWithoutASignatureOfThisLinksKeyIsRefused() throws Exception {
    LinkIdentity malloryIdentity = LinkIdentity.of(IdentityKey.ephemeral());
    Handshake initiator = initiator("", bobKey.id());
    ByteBuffer second =
        SealedHandshake.responder(bob, malloryIdentity, false).onPacket(initiator.first()).reply();

    HandshakeException refused =
        catchThrowableOfType(HandshakeException.class, () -> initiator.onPacket(second));

    assertThat(refused.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refused).hasMessageContaining("does not prove it");
  }

  @Test
  void anotherAgentsSignatureIsOfNoUse() throws Exception {
    Handshake initiator = SealedHandshake.initiator(bob, aliceIdentity, "", null, false);
    Handshake responder = responder();
    ByteBuffer third = initiator.onPacket(responder.onPacket(initiator.first()).reply()).reply();

    assertThatThrownBy(() -> responder.onPacket(third))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("does not prove it");
  }

  @Test
  void anAgentThatIsNotMeantSaysSo() throws Exception {
    Handshake initiator = initiator("carol", null);
    Handshake responder = responder();

    HandshakeException here =
        catchThrowableOfType(HandshakeException.class, () -> responder.onPacket(initiator.first()));
    HandshakeException there =
        catchThrowableOfType(
            HandshakeException.class, () -> initiator.onPacket(responder.refusal(here)));

    assertThat(there.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(there).hasMessageContaining("no agent carol here; this is bob");
    assertThat(there.isFromPeer()).isTrue();
  }

  /** It is in clear: anybody on the way could have said it. */
  @Test
  void aRefusalInClearCannotSayWhatOnlyThePeerMaySay() {
    Handshake initiator = initiator("", null);
    ByteBuffer forged =
        initiator.refusal(
            HandshakeException.refuse(
                Code.PERMISSION_DENIED, "run agentchannel trust approve did:key:mallory"));

    HandshakeException refused =
        catchThrowableOfType(HandshakeException.class, () -> initiator.onPacket(forged));

    assertThat(refused.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(refused).hasMessageContaining("by the peer or by somebody on the way");
  }

  @Test
  void aPeerThatDoesNotSealIsRefusedAndTheReverse() {
    HandshakeException plain =
        catchThrowableOfType(
            HandshakeException.class,
            () -> responder().onPacket(PlainHandshake.initiator(alice, "", null).first()));
    HandshakeException sealed =
        catchThrowableOfType(
            HandshakeException.class,
            () -> PlainHandshake.responder(bob).onPacket(initiator("", null).first()));

    for (HandshakeException refused : new HandshakeException[] {plain, sealed}) {
      assertThat(refused.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(refused).hasMessageContaining("set the same security on both");
    }
  }

  /**
   * Nothing of the first packet can be altered: not the versions, not the mode, not who is meant.
   */
  @Test
  void anyChangedBitOfTheFirstPacketFailsTheHandshake() throws Exception {
    int completed = 0;
    int bits = initiator("bob", null).first().remaining() * 8;
    for (int bit = 0; bit < bits; bit++) {
      Handshake initiator = initiator("bob", null);
      ByteBuffer changed = flipped(initiator.first(), bit);
      try {
        initiator.onPacket(responder().onPacket(changed).reply());
        completed++;
      } catch (HandshakeException expected) {
        // That is what shall happen.
      }
    }
    assertThat(completed).isZero();
  }

  /** On a link that others write into, what they write must not disturb the two. */
  @Test
  void aForgedPacketLeavesTheHandshakeWhereItWas() throws Exception {
    Random random = new Random(11);
    Handshake initiator = SealedHandshake.initiator(alice, aliceIdentity, "", bobKey.id(), true);
    Handshake responder = SealedHandshake.responder(bob, bobIdentity, true);
    ByteBuffer first = initiator.first();
    for (int i = 0; i < 20; i++) {
      refuses(responder, cut(first, random.nextInt(first.remaining())));
    }
    // Its own key in the place of the initiator's, before and after the genuine one.
    for (int i = 0; i < 5; i++) {
      ByteBuffer forged = flipped(first, (first.remaining() - 1 - i) * 8);
      assertThat(responder.onPacket(forged).reply()).isNotNull();
    }
    ByteBuffer second = responder.onPacket(copy(first)).reply();
    responder.onPacket(flipped(first, (first.remaining() - 7) * 8));
    for (int i = 0; i < 100; i++) {
      refuses(initiator, flipped(second, random.nextInt(second.remaining() * 8)));
    }
    // A whole handshake of somebody else's, and a refusal.
    refuses(
        initiator,
        SealedHandshake.responder(
                hello(aliceKey, "mallory", 3, ""), LinkIdentity.of(aliceKey), true)
            .onPacket(copy(first))
            .reply());
    refuses(
        initiator,
        responder.refusal(HandshakeException.refuse(Code.NOT_FOUND, "nobody of this name")));
    Handshake.Step third = initiator.onPacket(copy(second));
    for (int i = 0; i < 100; i++) {
      refuses(responder, flipped(third.reply(), random.nextInt(third.reply().remaining() * 8)));
    }
    Authenticated atBob = responder.onPacket(third.reply()).authenticated();

    assertThat(opened(atBob.seal(), sealed(third.authenticated().seal(), "through")))
        .isEqualTo("through");
  }

  private static void refuses(Handshake handshake, ByteBuffer packet) {
    assertThatThrownBy(() -> handshake.onPacket(packet)).isInstanceOf(HandshakeException.class);
  }

  private static ByteBuffer flipped(ByteBuffer packet, int bit) {
    ByteBuffer changed = copy(packet);
    changed.put(bit / 8, (byte) (changed.get(bit / 8) ^ (1 << (bit % 8))));
    return changed;
  }

  private static ByteBuffer cut(ByteBuffer packet, int length) {
    return ByteBuffer.wrap(Arrays.copyOf(copy(packet).array(), length));
  }

  @Test
  void aKeyOfSmallOrderIsRefused() {
    ByteBuffer first = initiator("", null).first();
    Arrays.fill(first.array(), first.remaining() - 32, first.remaining(), (byte) 0);

    assertThatThrownBy(() -> responder().onPacket(first))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("does not authenticate");
  }

  @Test
  void aKeyThatIsNotLastIsRefused() {
    HandshakeMessage message =
        HandshakeRules.opening(Protection.SEALED, "").with(Field.NOISE, new byte[32]);
    ByteBuffer written = message.write();
    ByteBuffer first =
        ByteBuffer.allocate(written.remaining() + 3 + 40)
            .put(written)
            .put((byte) 200)
            .putShort((short) 40)
            .put(new byte[39])
            .put((byte) 1)
            .flip();

    assertThatThrownBy(() -> responder().onPacket(first))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("not the last field");
  }

  @Test
  void anOversizedPacketIsRefusedUnread() {
    assertThatThrownBy(
            () -> responder().onPacket(ByteBuffer.allocate(HandshakeMessage.MAX_BYTES + 1)))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void randomBytesOnlyEverRefuse() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (i % 2 == 0 && bytes.length > 4) {
        System.arraycopy(new byte[] {'A', 'C', 'H', (byte) (1 + i % 3)}, 0, bytes, 0, 4);
      }
      Handshake handshake = i % 3 == 0 ? initiator("", null) : responder();
      handshake.first();
      refuses(handshake, ByteBuffer.wrap(bytes));
    }
  }
}
