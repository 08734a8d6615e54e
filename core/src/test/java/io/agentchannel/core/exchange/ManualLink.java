package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A link between the sessions of a {@link Bench} that carries packets when it is told to. */
final class ManualLink {
  final Direction toRight;
  final Direction toLeft;
  private final int maxPacket;

  ManualLink(Session left, Session right, int maxPacket) {
    this.maxPacket = maxPacket;
    toRight = new Direction(left, right);
    toLeft = new Direction(right, left);
    toRight.target = toLeft;
    toLeft.target = toRight;
  }

  /** Carries until both sides have nothing more to say. */
  void run() {
    while (toRight.carry() | toLeft.carry()) {}
  }

  /** Both sides notice at once, and what is on the way is lost. */
  void cut() {
    toRight.onTheWay.clear();
    toLeft.onTheWay.clear();
    toRight.detach();
    toLeft.detach();
  }

  /** One direction: from the session at its beginning to the one at its end. */
  final class Direction {
    final Attachment outlet;
    private final Session from;
    private final Session to;
    private final ArrayDeque<ByteBuffer> onTheWay = new ArrayDeque<>();
    private final List<Envelope> sent = new ArrayList<>();
    private Direction target;

    private Direction(Session from, Session to) {
      this.from = from;
      this.to = to;
      this.outlet = from.attach(() -> {}, maxPacket);
    }

    /** Takes all that the sender has to say onto the way. */
    void take() {
      while (takeOne()) {}
    }

    boolean takeOne() {
      Batch batch = new Batch();
      from.poll(outlet, maxPacket, batch);
      if (batch.isEmpty()) {
        return false;
      }
      if (batch.bytes() > maxPacket) {
        throw new AssertionError("a packet of " + batch.bytes() + " bytes");
      }
      ByteBuffer packet = ByteBuffer.allocate(batch.bytes());
      batch.writeTo(packet);
      onTheWay.add(packet.flip());
      sent.addAll(batch.envelopes());
      return true;
    }

    /** What has left here since this was last asked. */
    List<Envelope> sent() {
      take();
      List<Envelope> all = List.copyOf(sent);
      sent.clear();
      return all;
    }

    List<Envelope.Kind> sentKinds() {
      return sent().stream().map(Envelope::kind).toList();
    }

    void deliver() {
      take();
      while (deliverOne()) {}
    }

    boolean deliverOne() {
      ByteBuffer packet = onTheWay.poll();
      if (packet == null) {
        return false;
      }
      List<Envelope> envelopes = new ArrayList<>();
      try {
        EnvelopeReader.readPacket(packet, envelopes::add);
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
      to.receive(target.outlet, envelopes);
      return true;
    }

    /** A repeat of the next packet comes right behind it. */
    void duplicate() {
      onTheWay.addFirst(onTheWay.peek().duplicate());
    }

    void lose() {
      take();
      onTheWay.clear();
    }

    /** What a peer that is not one of ours might send. */
    void inject(Envelope... envelopes) {
      to.receive(target.outlet, List.of(envelopes));
    }

    void prefer() {
      from.prefer(outlet);
    }

    /** The sender notices that the link is gone. */
    void detach() {
      from.detach(outlet);
    }

    private boolean carry() {
      boolean any = takeOne();
      return deliverOne() | any;
    }
  }
}
