package io.agentchannel.core.link;

import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.exchange.Attachment;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A link after its handshake: packets between it and its session. Packets come from the link's
 * thread; the rest is thread-safe.
 */
final class LiveLink implements Attachment.Port {
  /**
   * So many envelopes are taken until what they have led to goes out: else two sides that have much
   * to say would take turns, and one processor would wait for the other.
   */
  private static final int AT_ONCE = 16;

  private final Session session;
  private final Attachment attachment;
  private final PacketCodec codec;
  private final Outbox outbox;
  private final Silence silence;
  private final Consumer<Status> onViolation;
  private final List<Envelope> arrived = new ArrayList<>();

  /**
   * @param outbox of the link; it may begin to send
   * @param onViolation what is done to a peer that breaks the protocol
   */
  LiveLink(
      Session session,
      Link link,
      PacketCodec codec,
      Outbox outbox,
      Silence silence,
      Consumer<Status> onViolation) {
    this.session = session;
    this.codec = codec;
    this.outbox = outbox;
    this.silence = silence;
    this.onViolation = onViolation;
    int room = link.info().maxPacket() - codec.overhead();
    this.attachment = session.attach(this, room);
    outbox.connect(session, attachment, room);
  }

  Outbox outbox() {
    return outbox;
  }

  void detach() {
    session.detach(attachment);
  }

  // From the link.

  void onPacket(ByteBuffer packet) {
    outbox.beginRead();
    try {
      ByteBuffer opened = codec.unpack(packet);
      if (opened != null && isAllowed()) {
        onOpened(opened);
      }
      if (codec.pace().takeNews()) {
        outbox.onOutput();
      }
    } catch (HandshakeException e) {
      violated(e.code(), e.getMessage());
    } catch (ViolationException e) {
      onViolation.accept(e.status());
    }
  }

  private boolean isAllowed() {
    boolean allowed = session.allowsPacket();
    if (!allowed) {
      violated(
          Code.RESOURCE_EXHAUSTED,
          "more packets in a second than one peer may send (limits.packets)");
    }
    return allowed;
  }

  /** The envelopes of a packet that is the peer's. */
  void onOpened(ByteBuffer envelopes) {
    outbox.beginRead();
    silence.onPacket();
    try {
      arrived.clear();
      EnvelopeReader.readPacket(envelopes, this::sort);
      for (int from = 0; from < arrived.size(); from += AT_ONCE) {
        if (from > 0) {
          outbox.flushRead();
        }
        session.receive(
            attachment, arrived.subList(from, Math.min(from + AT_ONCE, arrived.size())));
      }
    } catch (MalformedPacketException e) {
      violated(Code.INVALID_ARGUMENT, e.getMessage());
    } catch (ViolationException e) {
      onViolation.accept(e.status());
    }
  }

  long passedOver() {
    return codec.passedOver();
  }

  private void violated(Code code, @Nullable String message) {
    onViolation.accept(Status.of(code, Outcome.UNKNOWN, String.valueOf(message)));
  }

  private void sort(Envelope envelope) {
    switch (envelope.kind()) {
      case PING -> say(Envelope.pong(envelope.token()));
      case PONG -> {
        silence.onPong(envelope.token());
        session.answered(attachment);
      }
      default -> arrived.add(envelope);
    }
  }

  // From the session and the watch over silence.

  @Override
  public void onOutput() {
    outbox.onOutput();
  }

  @Override
  public void probe() {
    silence.probe();
  }

  void suspect() {
    session.suspect(attachment);
  }

  /**
   * @throws ViolationException if the peer does not read what it makes us say
   */
  void say(Envelope envelope) {
    session.control(attachment, envelope);
  }
}
