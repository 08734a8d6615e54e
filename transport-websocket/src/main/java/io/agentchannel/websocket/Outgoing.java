package io.agentchannel.websocket;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a link has to send. On the event loop a packet goes straight to the socket; from another
 * thread it is handed over, and one task takes all that were handed over meanwhile, with one flush.
 * A packet of the event loop's own waits behind those, so that the order of the calls is the order
 * on the wire (Netty alone would let it overtake).
 *
 * <p>{@link #drain} belongs to the event loop; the rest is safe from any thread.
 */
final class Outgoing {
  private static final int HIGH = 256 * 1024;

  /** Past this the link breaks: its user does not look at {@link #isReady}. */
  private static final int BOUND = 4 * 1024 * 1024;

  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(HIGH / 2, HIGH);

  private final Channel channel;
  private final SubProtocol protocol;
  private final Runnable onReady;
  private final Queue<ByteBuffer> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicLong handedOverBytes = new AtomicLong();
  private final AtomicBoolean drainComes = new AtomicBoolean();

  /**
   * @param onReady run on the event loop when packets that were handed over made the link not
   *     ready, and are gone
   */
  Outgoing(Channel channel, SubProtocol protocol, Runnable onReady) {
    this.channel = channel;
    this.protocol = protocol;
    this.onReady = onReady;
  }

  boolean isReady() {
    return channel.isWritable() && handedOverBytes.get() < HIGH;
  }

  boolean isOverBound() {
    return channel.bytesBeforeWritable() + handedOverBytes.get() > BOUND;
  }

  void send(ByteBuffer packet) {
    if (channel.eventLoop().inEventLoop() && handedOver.isEmpty()) {
      write(packet);
      channel.flush();
      return;
    }
    handedOverBytes.addAndGet(packet.remaining());
    handedOver.add(packet);
    if (drainComes.compareAndSet(false, true)) {
      try {
        channel.eventLoop().execute(this::drain);
      } catch (RejectedExecutionException shutDown) {
        // Then the channel is closed, and its link has been told.
        handedOver.clear();
      }
    }
  }

  void drain() {
    drainComes.set(false);
    boolean wrote = false;
    boolean belowMark = false;
    for (ByteBuffer packet = handedOver.poll(); packet != null; packet = handedOver.poll()) {
      int size = packet.remaining();
      write(packet);
      wrote = true;
      long before = handedOverBytes.getAndAdd(-size);
      belowMark |= before >= HIGH && before - size < HIGH;
    }
    if (wrote) {
      channel.flush();
    }
    if (belowMark) {
      onReady.run();
    }
  }

  private void write(ByteBuffer packet) {
    // A void promise reports a failure to the pipeline, which closes the link.
    channel.write(protocol.frame(Unpooled.wrappedBuffer(packet)), channel.voidPromise());
  }
}
