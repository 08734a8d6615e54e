package io.agentchannel.bench.jmh;

import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Interceptor;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.exchange.Attachment;
import io.agentchannel.core.exchange.Batch;
import io.agentchannel.core.exchange.Budget;
import io.agentchannel.core.exchange.ExchangeOptions;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Two sessions that are each other's peer, with nothing between them but, if asked for, the bytes
 * of packets: no link, no thread, no timer. For one thread.
 */
final class BackToBack {
  private static final int MAX_PACKET = 128 * 1024;

  private final boolean packed;
  private final End caller;
  private final End served;

  /**
   * @param packed whether envelopes are written into packets and read again, or handed over
   * @param server what the calls come to
   */
  BackToBack(boolean packed, Interceptor.Next server) {
    this.packed = packed;
    this.caller =
        new End(
            (call, replies) -> {
              throw new IllegalStateException("nobody calls back here");
            });
    this.served = new End(server);
  }

  /** Starts a call; {@link #run} lets it happen. */
  Requests open(Call call, Replies replies) {
    return caller.session.open(call, replies);
  }

  /** Carries packets until neither has anything more to say. */
  void run() {
    boolean more = true;
    while (more) {
      more = carry(caller, served);
      more |= carry(served, caller);
    }
  }

  private boolean carry(End from, End to) {
    if (!from.hasOutput) {
      return false;
    }
    from.batch.clear();
    from.session.poll(from.link, MAX_PACKET, from.batch);
    if (from.batch.isEmpty()) {
      from.hasOutput = false;
      return false;
    }
    to.session.receive(to.link, packed ? throughPacket(from.batch) : from.batch.envelopes());
    return true;
  }

  private static List<Envelope> throughPacket(Batch batch) {
    ByteBuffer packet = ByteBuffer.allocate(batch.bytes());
    batch.writeTo(packet);
    packet.flip();
    List<Envelope> read = new ArrayList<>(batch.envelopes().size());
    try {
      EnvelopeReader.readPacket(packet, read::add);
    } catch (MalformedPacketException e) {
      throw new IllegalStateException("unreadable is what was just written", e);
    }
    return read;
  }

  /** A session and its end of the link. */
  private static final class End {
    final Session session;
    final Attachment link;
    final Batch batch = new Batch();
    boolean hasOutput;

    End(Interceptor.Next server) {
      Peer.Agent peer = new Peer.Agent(AgentId.ofPublicKey(new byte[32]), "peer");
      this.session =
          new Session(
              ExchangeOptions.DEFAULTS,
              new Budget(64 << 20),
              new Session.Remote(peer, "", ExchangeOptions.DEFAULTS.window()),
              server,
              System::nanoTime);
      this.link = session.attach(() -> hasOutput = true, MAX_PACKET);
    }
  }
}
