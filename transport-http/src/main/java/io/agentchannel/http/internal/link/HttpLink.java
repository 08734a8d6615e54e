package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both ends of a link over HTTP have in common: packets gather while nothing can carry them,
 * and batches that arrive are delivered once and in order. What carries them is the subclass's.
 *
 * <p>Everything but what {@link Link} says is safe from any thread runs on one event loop. In the
 * middle of a <em>turn</em> (batches being delivered, say) nothing is sent, so that all that comes
 * of it leaves together.
 */
abstract class HttpLink implements Link {
  private static final Logger log = LoggerFactory.getLogger(HttpLink.class);

  final EventLoop loop;
  final Outlet outlet = new Outlet();
  final Inlet inlet = new Inlet();
  private final LinkInfo info;
  private final AtomicBoolean flushComes = new AtomicBoolean();
  private @Nullable Receiver receiver;
  private final Queue<byte[]> unstarted = new ArrayDeque<>();
  private int unstartedBytes;
  private int turns;
  private boolean ended;

  /** The receiver knows of the end, and hears nothing more. */
  private boolean told;

  private @Nullable Throwable cause;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile boolean ready;
  private volatile boolean refusing;

  /**
   * @param ready whether a batch could leave at once
   */
  HttpLink(EventLoop loop, LinkInfo info, boolean ready) {
    this.loop = loop;
    this.info = info;
    this.ready = ready;
  }

  // What the subclass knows.

  /** Whether a batch could leave now. */
  abstract boolean canSend();

  /** Sends what can be sent. */
  abstract void flush();

  /** The receiver is there. */
  abstract void started();

  /** Nothing more is delivered; what is queued may still leave, if the end was orderly. */
  abstract void ended(boolean orderly);

  // From the core, on any thread.

  @Override
  public final void start(Receiver newReceiver) {
    boolean runs =
        onLoop(
            () -> {
              receiver = newReceiver;
              turn(this::deliverUnstarted);
              if (ended) {
                told = true;
                newReceiver.onClosed(cause);
              } else {
                started();
                updateReady();
              }
            });
    if (!runs) {
      newReceiver.onClosed(unavailable("the transport is closed"));
    }
  }

  @Override
  public final boolean send(ByteBuffer packet) {
    int size = packet.remaining();
    if (size == 0 || size > info.maxPacket()) {
      throw new IllegalArgumentException("a packet of " + size + " bytes");
    }
    if (refusing) {
      return false;
    }
    if (outlet.isOverBound()) {
      refusing = true;
      onLoop(() -> broken(unavailable("the peer takes packets too slowly")));
      return false;
    }
    outlet.add(packet);
    if (loop.inEventLoop()) {
      if (turns == 0) {
        flush();
        updateReady();
      }
    } else if (flushComes.compareAndSet(false, true)) {
      onLoop(
          () -> {
            flushComes.set(false);
            if (turns == 0) {
              flush();
              updateReady();
            }
          });
    }
    return true;
  }

  @Override
  public final boolean isReady() {
    return ready && !outlet.isHigh();
  }

  @Override
  public final Executor executor() {
    return loop;
  }

  @Override
  public final LinkInfo info() {
    return info;
  }

  @Override
  public final void close() {
    if (!refusing) {
      refusing = true;
      // Never in place: the core may be inside of a call from here.
      onLoop(() -> end(null));
    }
  }

  /** False if the event loop has ended; then the link has, too. */
  final boolean onLoop(Runnable task) {
    try {
      loop.execute(() -> guarded(task));
      return true;
    } catch (RejectedExecutionException shutDown) {
      return false;
    }
  }

  final void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failure) {
      log.warn("a link to {} is closed after an unexpected failure", info.remote(), failure);
      broken(unavailable("internal error"));
    }
  }

  // On the event loop.

  final boolean isStarted() {
    return receiver != null;
  }

  final boolean hasEnded() {
    return ended;
  }

  /** Does something after which all that it has brought about leaves together. */
  final void turn(Runnable action) {
    turns++;
    try {
      action.run();
      updateReady();
    } finally {
      turns--;
    }
    if (turns == 0) {
      flush();
      updateReady();
    }
  }

  /** Delivers a batch if it is its turn, and one that has waited for it; in a turn. */
  final void take(Inlet from, long number, byte[] bytes) {
    switch (from.place(number)) {
      case NEXT -> {
        from.advance();
        deliver(bytes);
        byte[] early = from.takeEarly();
        if (early != null) {
          from.advance();
          deliver(early);
        }
      }
      case EARLY -> from.keep(bytes);
      case IMPOSSIBLE -> broken(unavailable("batches are missing"));
      case REPEATED -> {}
    }
  }

  /** Bytes of batches that have come before there is a receiver. */
  final int unstartedBytes() {
    return unstartedBytes;
  }

  private void deliverUnstarted() {
    for (byte[] batch = unstarted.poll(); batch != null; batch = unstarted.poll()) {
      deliver(batch);
    }
  }

  private void deliver(byte[] bytes) {
    Receiver to = receiver;
    if (to == null) {
      unstarted.add(bytes);
      unstartedBytes += bytes.length;
      return;
    }
    List<ByteBuffer> packets;
    try {
      packets = Batch.split(bytes, info.maxPacket());
    } catch (IllegalArgumentException broken) {
      broken(unavailable("a broken batch"));
      return;
    }
    for (ByteBuffer packet : packets) {
      if (!told) {
        to.onPacket(packet);
      }
    }
    if (!told && !packets.isEmpty()) {
      to.onReadComplete();
    }
  }

  /** To be called whenever what {@link #canSend} says may have changed. */
  final void updateReady() {
    boolean now = !refusing && canSend() && !outlet.isHigh();
    boolean before = ready;
    ready = now;
    Receiver to = receiver;
    if (now && !before && to != null && !ended) {
      turns++;
      try {
        to.onReady();
      } finally {
        turns--;
      }
      if (turns == 0) {
        flush();
        updateReady();
      }
    }
  }

  /** The last words are said, or given up: nothing of it is left. */
  abstract void vanish();

  /** Completes when the link has ended and its last words are said. */
  final CompletableFuture<Void> whenGone() {
    return gone;
  }

  final boolean isGone() {
    return gone.isDone();
  }

  final void gone() {
    gone.complete(null);
  }

  final void broken(Throwable why) {
    end(why);
  }

  final void end(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    ended = true;
    refusing = true;
    ready = false;
    cause = why;
    if (why != null) {
      outlet.clear();
    }
    Receiver to = receiver;
    if (to != null) {
      told = true;
      to.onClosed(why);
    }
    ended(why == null);
  }

  static AgentException unavailable(String why) {
    return new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, OneLine.of(why));
  }
}
