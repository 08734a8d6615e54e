package io.agentchannel.core.link;

import io.agentchannel.core.exchange.Batch;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Seal;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What stands between envelopes and a link after the handshake: acknowledgements where they are
 * needed, and the seal. Packing is done by one thread at a time, unpacking by one thread at a time.
 */
final class PacketCodec {
  private final Seal seal;
  private final Pace pace;

  PacketCodec(Seal seal, Pace pace) {
    this.seal = seal;
    this.pace = pace;
  }

  /** Bytes of each packet that are not envelopes. */
  int overhead() {
    return seal.headroom() + pace.overhead() + seal.tailroom();
  }

  /** A packet of what is in the batch; nothing but an acknowledgement if it is empty. */
  ByteBuffer pack(Batch batch) {
    ByteBuffer packet = begin(batch.bytes());
    batch.writeTo(packet);
    return sealed(packet);
  }

  ByteBuffer pack(Envelope envelope) {
    ByteBuffer packet = begin(EnvelopeWriter.framedSize(envelope));
    EnvelopeWriter.writeFramed(envelope, packet);
    return sealed(packet);
  }

  private ByteBuffer begin(int bytes) {
    ByteBuffer packet = ByteBuffer.allocate(overhead() + bytes);
    packet.position(seal.headroom());
    pace.putTo(packet, packet.capacity());
    return packet;
  }

  private ByteBuffer sealed(ByteBuffer packet) {
    packet.clear();
    seal.seal(packet);
    return packet;
  }

  /**
   * The envelopes of a packet; null if the packet is to be passed over.
   *
   * @throws HandshakeException if the link has lost or changed something
   * @throws ViolationException if the peer acknowledges what was not sent
   */
  @Nullable ByteBuffer unpack(ByteBuffer packet) throws HandshakeException {
    int size = packet.remaining();
    ByteBuffer opened = seal.open(packet);
    if (opened != null) {
      pace.takeFrom(opened, size);
    }
    return opened;
  }

  Pace pace() {
    return pace;
  }

  long passedOver() {
    return seal.passedOver();
  }
}
