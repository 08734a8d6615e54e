package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.security.HandshakeMessage.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The handshake in which both sides prove who they are and agree on keys: its three packets are the
 * three messages of {@link NoiseHandshake}.
 *
 * <p>The first is in clear: versions, mode, who is meant, and the initiator's ephemeral key at the
 * end; all before that key is the prologue, so that a change of any of it fails the handshake. The
 * others have nothing in clear but magic and step; their payloads are encrypted and say who each
 * side is, with a signature of its identity key over its Noise key. The initiator's secrets (who it
 * is, an invitation) leave it only after the responder has proven to be the one that is meant.
 */
public final class SealedHandshake implements Handshake {
  /** How many first packets a responder can have answered at a time. */
  private static final int MAX_BEGUN = 8;

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] SECRET =
      "agentchannel transport secret".getBytes(StandardCharsets.US_ASCII);

  private final Hello self;
  private final LinkIdentity identity;
  private final boolean initiator;
  private final String intended;
  private final @Nullable AgentId expected;
  private final boolean othersWrite;

  /**
   * What an answer is awaited to: the initiator's one, the responder's last ones. Nothing shows
   * that a first packet is genuine, so where others write there may be several, of which one is.
   */
  private final Deque<NoiseHandshake> begun = new ArrayDeque<>(1);

  private boolean over;

  private SealedHandshake(
      Hello self,
      LinkIdentity identity,
      boolean initiator,
      String intended,
      @Nullable AgentId expected,
      boolean othersWrite) {
    this.self = self;
    this.identity = identity;
    this.initiator = initiator;
    this.intended = intended;
    this.expected = expected;
    this.othersWrite = othersWrite;
  }

  /**
   * @param identity of the agent that {@code self} names
   * @param intended the name or id of the agent that is meant; empty for whoever answers
   * @param expected the id that it must prove, or null for any
   * @param othersWrite whether others than the peer can write into the link
   */
  public static Handshake initiator(
      Hello self,
      LinkIdentity identity,
      String intended,
      @Nullable AgentId expected,
      boolean othersWrite) {
    return new SealedHandshake(self, identity, true, intended, expected, othersWrite);
  }

  /**
   * @param identity of the agent that {@code self} names
   * @param othersWrite whether others than the peer can write into the link
   */
  public static Handshake responder(Hello self, LinkIdentity identity, boolean othersWrite) {
    return new SealedHandshake(self, identity, false, "", null, othersWrite);
  }

  @Override
  public @Nullable ByteBuffer first() {
    if (!initiator) {
      return null;
    }
    byte[] packet =
        HandshakeRules.opening(Protection.SEALED, intended)
            .with(Field.NOISE, new byte[NoiseKeyPair.BYTES])
            .write()
            .array();
    NoiseHandshake noise =
        NoiseHandshake.initiator(prologue(packet), identity.staticKey(), NoiseKeyPair.generate());
    try {
      byte[] message = noise.write(NOTHING);
      System.arraycopy(message, 0, packet, packet.length - message.length, message.length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the first message agrees on no key", e);
    }
    begun.add(noise);
    return ByteBuffer.wrap(packet);
  }

  private static byte[] prologue(byte[] firstPacket) {
    return Arrays.copyOf(firstPacket, firstPacket.length - NoiseKeyPair.BYTES);
  }

  @Override
  public Step onPacket(ByteBuffer packet) throws HandshakeException {
    byte[] whole = new byte[Math.min(packet.remaining(), HandshakeMessage.MAX_BYTES + 1)];
    packet.get(packet.position(), whole);
    ByteBuffer rest = ByteBuffer.wrap(whole);
    int number = HandshakeMessage.readStep(rest);
    if (number == HandshakeMessage.REFUSAL) {
      throw refused(HandshakeMessage.readFields(number, rest));
    }
    HandshakeRules.checkStep(number, isExpected(number));
    try {
      return switch (number) {
        case 1 -> answer(HandshakeMessage.readFields(number, rest), whole);
        case 2 -> conclude(remaining(rest));
        default -> new Step(null, authenticated(remaining(rest)));
      };
    } catch (GeneralSecurityException e) {
      throw HandshakeException.refuse(
          Code.UNAUTHENTICATED,
          "handshake packet " + number + " does not authenticate: it was changed on the way");
    }
  }

  private boolean isExpected(int number) {
    return switch (number) {
      case 1 -> !initiator && !over && (begun.isEmpty() || othersWrite);
      case 2 -> initiator && !over;
      case 3 -> !initiator && !over && !begun.isEmpty();
      default -> false;
    };
  }

  private static byte[] remaining(ByteBuffer rest) {
    return Arrays.copyOfRange(rest.array(), rest.position(), rest.limit());
  }

  /** The responder's turn. */
  private Step answer(HandshakeMessage first, byte[] packet)
      throws HandshakeException, GeneralSecurityException {
    HandshakeRules.checkOpening(first, Protection.SEALED, self);
    byte[] message = first.bytes(Field.NOISE, NoiseKeyPair.BYTES);
    byte[] prologue = prologue(packet);
    if (!Arrays.equals(message, Arrays.copyOfRange(packet, prologue.length, packet.length))) {
      throw HandshakeException.refuse(
          Code.INVALID_ARGUMENT, "the key is not the last field of the handshake's first packet");
    }
    NoiseHandshake noise =
        NoiseHandshake.responder(prologue, identity.staticKey(), NoiseKeyPair.generate());
    noise.read(message);
    byte[] payload = signed(2).fieldBytes();
    Step step = new Step(new HandshakeMessage(2).write(noise.write(payload)), null);
    if (begun.size() == MAX_BEGUN) {
      begun.remove();
    }
    begun.add(noise);
    return step;
  }

  /** The initiator's turn: it knows who answers, and says who it is. */
  private Step conclude(byte[] message) throws HandshakeException, GeneralSecurityException {
    NoiseHandshake tried = begun.element().copy();
    Hello peer = readPeer(tried, message);
    HandshakeMessage last = signed(3);
    if (expected != null) {
      last.withInvite(self.invite());
    }
    ByteBuffer reply = last.write(tried.write(last.fieldBytes()));
    return new Step(reply, done(tried, peer));
  }

  /** The responder knows who has connected, and which of the first packets was genuine. */
  private Authenticated authenticated(byte[] message)
      throws HandshakeException, GeneralSecurityException {
    GeneralSecurityException failure = null;
    for (NoiseHandshake one : begun) {
      try {
        NoiseHandshake tried = one.copy();
        return done(tried, readPeer(tried, message));
      } catch (GeneralSecurityException e) {
        failure = e;
      }
    }
    throw failure == null ? new GeneralSecurityException("nothing has begun") : failure;
  }

  private Hello readPeer(NoiseHandshake tried, byte[] message)
      throws HandshakeException, GeneralSecurityException {
    HandshakeMessage payload = HandshakeMessage.readFields(0, ByteBuffer.wrap(tried.read(message)));
    Hello peer = payload.hello();
    byte[] signature = payload.bytes(Field.SIGNATURE, IdentityKey.SIGNATURE_BYTES);
    if (!LinkIdentity.isSigned(peer.id(), tried.remoteStatic(), signature)) {
      throw HandshakeException.refuse(
          Code.UNAUTHENTICATED, "the peer claims to be " + peer.id() + " and does not prove it");
    }
    HandshakeRules.checkIdentity(peer, expected);
    return peer;
  }

  private Authenticated done(NoiseHandshake complete, Hello peer) {
    over = true;
    return new Authenticated(
        peer, new FrameSeal(complete.split(), othersWrite), complete.export(SECRET));
  }

  private HandshakeMessage signed(int step) {
    return new HandshakeMessage(step).with(self).with(Field.SIGNATURE, identity.signature());
  }

  /**
   * Anybody on the way may have said it. What only an authenticated peer can have to say is not
   * believed.
   */
  private static HandshakeException refused(HandshakeMessage refusal) {
    Code code = HandshakeRules.refusalCode(refusal);
    boolean credible =
        switch (code) {
          case FAILED_PRECONDITION, NOT_FOUND, INVALID_ARGUMENT, RESOURCE_EXHAUSTED -> true;
          default -> false;
        };
    return HandshakeException.refused(
        credible ? code : Code.UNAVAILABLE,
        "the handshake was refused, by the peer or by somebody on the way: "
            + HandshakeRules.reason(refusal));
  }

  @Override
  public ByteBuffer refusal(HandshakeException why) {
    return HandshakeRules.refusal(why);
  }
}
