package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link between the two agents of a simulation: packets arrive in order and late, until it is cut;
 * then each direction loses its own part, and each side notices in its own time.
 */
final class SimulatedLink {
  private final int number;
  private final Simulation simulation;
  private final Chance chance;
  private final End left;
  private final End right;
  private boolean dying;

  /** One side of it, and the direction that leaves from there. */
  private final class End implements Attachment.Port {
    final SimulatedAgent agent;
    final Session session;
    final int maxPacket;
    final long latency;
    final int most;
    private @Nullable Attachment attachment;
    private boolean gone;
    private boolean pumping;
    private boolean blackHole;
    private int inFlight;
    private long deadAt = Long.MAX_VALUE;
    private long lastArrival;

    End(SimulatedAgent agent, SimulatedAgent peer, int maxPacket) {
      this.agent = agent;
      this.session = agent.meet(peer);
      this.maxPacket = maxPacket;
      this.latency = chance.millis(0, chance.oneOf(1, 20, 150));
      this.most = chance.oneOf(1, 3, 20);
    }

    void attach() {
      if (!gone) {
        attachment = session.attach(this, maxPacket);
      }
    }

    void detach() {
      if (!gone) {
        gone = true;
        if (attachment != null) {
          session.detach(attachment);
        }
        simulation.log(() -> agent.name + " has lost link " + number);
        if (left.gone && right.gone) {
          simulation.linkGone(SimulatedLink.this);
        }
      }
    }

    @Override
    public void onOutput() {
      if (!pumping) {
        pumping = true;
        agent.after(chance.oneIn(4) ? chance.millis(0, 3) : 0, this::pump);
      }
    }

    private void pump() {
      pumping = false;
      while (!gone && inFlight < most) {
        Batch batch = new Batch();
        session.poll(attachment, maxPacket, batch);
        if (batch.isEmpty()) {
          return;
        }
        int bytes = batch.bytes();
        simulation.require(bytes <= maxPacket, "a packet of " + bytes + " on link " + number);
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        batch.writeTo(packet);
        simulation.require(!packet.hasRemaining(), "a packet shorter than said");
        packet.flip();
        inFlight++;
        long arrival = simulation.time().now() + latency / 2 + chance.millis(0, 1);
        lastArrival = Math.max(lastArrival, arrival);
        simulation.time().after(lastArrival - simulation.time().now(), () -> arrive(packet));
      }
    }

    private void arrive(ByteBuffer packet) {
      deliver(packet, "");
      if (simulation.duplicates() && chance.oneIn(6)) {
        simulation
            .time()
            .after(chance.millis(0, chance.oneOf(0, 50, 5000)), () -> deliver(packet, " again"));
      }
      inFlight--;
      onOutput();
    }

    private void deliver(ByteBuffer packet, String again) {
      End to = this == left ? right : left;
      boolean lost = blackHole || simulation.time().now() >= deadAt || to.gone;
      List<Envelope> envelopes = new ArrayList<>();
      try {
        EnvelopeReader.readPacket(packet, envelopes::add);
      } catch (MalformedPacketException e) {
        throw new AssertionError(agent.name + " sent a malformed packet", e);
      }
      simulation.log(
          () ->
              agent.name
                  + " -"
                  + number
                  + (lost ? "-x " : "-> ")
                  + Describe.all(envelopes)
                  + again);
      if (!lost) {
        try {
          to.session.receive(to.attachment, envelopes);
        } catch (ViolationException e) {
          throw new AssertionError(agent.name + " broke the protocol", e);
        }
      }
    }
  }

  SimulatedLink(
      int number, Simulation simulation, Chance chance, SimulatedAgent one, SimulatedAgent other) {
    this.number = number;
    this.simulation = simulation;
    this.chance = chance;
    int maxPacket = chance.oneOf(1024, 1400, 9000, 65_536);
    this.left = new End(one, other, maxPacket);
    this.right = new End(other, one, chance.oneIn(4) ? chance.oneOf(1024, 65_536) : maxPacket);
    simulation.log(() -> "link " + number + " is there, " + left.maxPacket + "/" + right.maxPacket);
    End late = chance.oneIn(2) ? left : right;
    End early = late == left ? right : left;
    long delay = chance.millis(0, 50);
    early.lastArrival = simulation.time().now() + delay;
    late.lastArrival = early.lastArrival;
    simulation.time().after(delay, late::attach);
    early.attach();
  }

  boolean isDying() {
    return dying;
  }

  /** Nothing arrives any more on one direction, and nobody is told for a while. */
  void halfDie() {
    End silent = chance.oneIn(2) ? left : right;
    silent.blackHole = true;
    simulation.log(() -> "link " + number + " is deaf from " + silent.agent.name);
    simulation.time().after(chance.millis(100, 3000), this::cut);
  }

  void cut() {
    if (!dying) {
      dying = true;
      simulation.log(() -> "link " + number + " is cut");
      for (End end : List.of(left, right)) {
        end.deadAt = simulation.time().now() + chance.millis(0, chance.oneOf(0, 20, 400));
        simulation.time().after(chance.millis(0, chance.oneOf(0, 20, 800)), end::detach);
      }
    }
  }

  /** The process at one end is gone, and with it all that it would still have sent. */
  void severAt(SimulatedAgent agent) {
    End end = left.agent == agent ? left : right;
    end.gone = true;
    end.deadAt = simulation.time().now();
    dying = true;
    End other = end == left ? right : left;
    simulation.time().after(chance.millis(0, 500), other::detach);
  }

  /** One side sends its exchanges here from now on. */
  void preferredBySomeone() {
    End end = chance.oneIn(2) ? left : right;
    if (end.attachment != null && !end.gone) {
      simulation.log(() -> end.agent.name + " prefers link " + number);
      end.session.prefer(end.attachment);
    }
  }
}
