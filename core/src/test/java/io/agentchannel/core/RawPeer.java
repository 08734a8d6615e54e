package io.agentchannel.core;

import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.LinkIdentity;
import io.agentchannel.core.security.Seal;
import io.agentchannel.core.security.SealedHandshake;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.EnvelopeWriter;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import io.agentchannel.testkit.MemoryTransport;
import io.agentchannel.testkit.contract.BareContext;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer that says whatever it is told to, right or wrong, over a real link. */
final class RawPeer implements Link.Receiver, AutoCloseable {
  private final BareContext context = new BareContext(Map.of());
  private final MemoryTransport transport = new MemoryTransport();
  private final BlockingQueue<ByteBuffer> packets = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  private final Link link;
  private @Nullable Seal seal;

  private RawPeer(URI endpoint) {
    link = transport.connect(endpoint, null, context).toCompletableFuture().join();
    link.start(this);
  }

  /** Before any handshake. */
  static RawPeer connect(URI endpoint) {
    return new RawPeer(endpoint);
  }

  /** After a proper handshake. */
  static RawPeer shakeHands(URI endpoint) throws Exception {
    RawPeer peer = new RawPeer(endpoint);
    IdentityKey key = IdentityKey.ephemeral();
    Hello hello = new Hello(key.id(), "raw", 7, 256 << 10, 60_000);
    Handshake handshake = SealedHandshake.initiator(hello, LinkIdentity.of(key), "", null, false);
    peer.send(handshake.first());
    Handshake.Step step = handshake.onPacket(peer.nextPacket());
    peer.send(step.reply());
    peer.seal = step.authenticated().seal();
    return peer;
  }

  void send(@Nullable ByteBuffer packet) {
    if (packet == null || !link.send(packet)) {
      throw new AssertionError("the link took nothing");
    }
  }

  /** Says so, or is told that the link has ended meanwhile. */
  void sendIfOpen(Envelope envelope) {
    if (!closed.isDone()) {
      link.send(packetOf(envelope));
    }
  }

  void send(Envelope... envelopes) {
    send(packetOf(envelopes));
  }

  private ByteBuffer packetOf(Envelope... envelopes) {
    int size = 0;
    for (Envelope envelope : envelopes) {
      size += EnvelopeWriter.framedSize(envelope);
    }
    ByteBuffer packet = ByteBuffer.allocate(size);
    for (Envelope envelope : envelopes) {
      EnvelopeWriter.writeFramed(envelope, packet);
    }
    return sealed(packet.flip());
  }

  /** Bytes in the place of envelopes, in a packet that authenticates. */
  void sendSealed(ByteBuffer bytes) {
    send(sealed(bytes));
  }

  private ByteBuffer sealed(ByteBuffer bytes) {
    ByteBuffer packet = ByteBuffer.allocate(seal.headroom() + bytes.remaining() + seal.tailroom());
    packet.position(seal.headroom());
    packet.put(bytes).clear();
    seal.seal(packet);
    return packet;
  }

  ByteBuffer nextPacket() throws InterruptedException {
    ByteBuffer packet = packets.poll(5, TimeUnit.SECONDS);
    if (packet == null) {
      throw new AssertionError("no packet within 5 s");
    }
    return packet;
  }

  /** The next envelope of a kind, past others. */
  Envelope next(Envelope.Kind kind)
      throws InterruptedException, MalformedPacketException, HandshakeException {
    while (true) {
      List<Envelope> envelopes = new ArrayList<>();
      EnvelopeReader.readPacket(seal.open(nextPacket()), envelopes::add);
      for (Envelope envelope : envelopes) {
        if (envelope.kind() == kind) {
          return envelope;
        }
      }
    }
  }

  /** What this side is told before the link is closed. */
  Status farewell() throws Exception {
    Status status = next(Envelope.Kind.GOAWAY).status();
    closed.get(5, TimeUnit.SECONDS);
    return status;
  }

  CompletableFuture<Boolean> closed() {
    return closed;
  }

  @Override
  public void onPacket(ByteBuffer packet) {
    packets.add(ByteBuffer.allocate(packet.remaining()).put(packet).flip());
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onReady() {}

  @Override
  public void onClosed(@Nullable Throwable cause) {
    closed.complete(true);
  }

  @Override
  public void close() {
    transport.close();
    context.close();
  }
}
