package io.agentchannel.testkit;

import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link within this process. What one end sends is put into the other's inbox as it is,
 * without a copy, and delivered by the other's event loop, a batch at a time.
 *
 * <p>An orderly close travels behind what was sent before it. A break reaches both ends at once and
 * loses what is on the way.
 */
final class MemoryLink implements Link {
  static final int MAX_PACKET = 128 * 1024;

  /** Bytes in an inbox at which its sender shall hold back, and at which it may go on. */
  private static final long HIGH_WATER = 1024 * 1024;

  private static final long LOW_WATER = 256 * 1024;

  /** A sender that goes on regardless is cut off here. */
  private static final long BOUND = 16 * 1024 * 1024;

  /** What a packet costs beyond its bytes, so that tiny ones are bounded too. */
  private static final int OVERHEAD = 64;

  /** Packets delivered before {@link Receiver#onReadComplete} and before other links' turn. */
  private static final int BATCH = 128;

  private static final long RELEASE_STEP = 64 * 1024;

  /** Behind the last packet of an end that was closed; told by identity. */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private record Ending(@Nullable Throwable cause) {}

  private final LinkInfo info;
  private final EventLoop loop;
  private final Queue<ByteBuffer> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicLong inboxBytes = new AtomicLong();
  private final AtomicBoolean inboxFull = new AtomicBoolean();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final Runnable drain = this::drain;
  private @Nullable MemoryLink other;
  private @Nullable Runnable onEnded;
  private volatile boolean frozen;
  private volatile @Nullable Receiver receiver;

  /** Touched on the loop only. */
  private boolean told;

  private MemoryLink(String local, String remote, EventLoop loop) {
    this.info = new LinkInfo("memory", local, remote, MAX_PACKET, LinkInfo.Path.DIRECT, null);
    this.loop = loop;
  }

  /** Makes both ends; returns the first, whose {@link #other} is the second. */
  static MemoryLink pair(String near, EventLoop nearLoop, String far, EventLoop farLoop) {
    MemoryLink first = new MemoryLink(near, far, nearLoop);
    MemoryLink second = new MemoryLink(far, near, farLoop);
    first.other = second;
    second.other = first;
    return first;
  }

  MemoryLink other() {
    MemoryLink end = other;
    if (end == null) {
      throw new IllegalStateException("half a pair");
    }
    return end;
  }

  /** What to do once this end has ended; set before the link is given away. */
  void whenEnded(Runnable action) {
    onEnded = action;
  }

  @Override
  public void start(Receiver receiver) {
    if (this.receiver != null) {
      throw new IllegalStateException("a link is started once");
    }
    this.receiver = receiver;
    schedule();
  }

  @Override
  public boolean send(ByteBuffer packet) {
    int size = packet.remaining();
    if (size == 0 || size > MAX_PACKET) {
      throw new IllegalArgumentException(
          "a packet has 1 to " + MAX_PACKET + " bytes, this one " + size);
    }
    if (ending.get() != null) {
      return false;
    }
    return frozen || other().take(packet, size);
  }

  @Override
  public boolean isReady() {
    return ending.get() == null && !other().inboxFull.get();
  }

  @Override
  public Executor executor() {
    return loop;
  }

  @Override
  public LinkInfo info() {
    return info;
  }

  @Override
  public void close() {
    if (end(null) && !frozen) {
      MemoryLink end = other();
      end.inbox.add(END);
      end.schedule();
    }
  }

  /** Both ends are closed now, and what is on the way is lost. */
  void breakBoth(Throwable cause) {
    end(cause);
    other().end(cause);
  }

  /** From now on nothing arrives on either side and nobody is told. There is no way back. */
  void freezeBoth() {
    frozen = true;
    other().frozen = true;
  }

  boolean isFrozen() {
    return frozen;
  }

  private boolean end(@Nullable Throwable cause) {
    if (!ending.compareAndSet(null, new Ending(cause))) {
      return false;
    }
    if (onEnded != null) {
      onEnded.run();
    }
    schedule();
    return true;
  }

  private boolean take(ByteBuffer packet, int size) {
    if (ending.get() != null) {
      // Lost, like anything sent to an end that has just closed; the sender is being told.
      return true;
    }
    long bytes = inboxBytes.addAndGet(size + OVERHEAD);
    if (bytes > BOUND) {
      breakBoth(new IOException("the queue is over its bound: the sender ignored isReady"));
      return false;
    }
    inbox.add(packet);
    if (bytes >= HIGH_WATER) {
      inboxFull.set(true);
      // The loop may have emptied the inbox before it could see the flag.
      if (inboxBytes.get() <= LOW_WATER) {
        letSenderGoOn();
      }
    }
    schedule();
    return true;
  }

  private void schedule() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      loop.execute(drain);
    }
  }

  private void drain() {
    Receiver to = receiver;
    if (to != null) {
      deliver(to);
    }
    scheduled.set(false);
    if (to != receiver || (to != null && hasWork())) {
      schedule();
    }
  }

  private boolean hasWork() {
    return !told && (ending.get() != null || (!frozen && !inbox.isEmpty()));
  }

  private void deliver(Receiver to) {
    try {
      deliverBatch(to);
    } catch (Throwable failure) {
      breakBoth(failure);
    }
    Ending ended = ending.get();
    if (ended != null && !told) {
      told = true;
      inbox.clear();
      to.onClosed(ended.cause());
    }
  }

  private void deliverBatch(Receiver to) {
    int count = 0;
    long bytes = 0;
    boolean endReached = false;
    while (count < BATCH && !frozen && ending.get() == null) {
      ByteBuffer packet = inbox.poll();
      if (packet == null) {
        break;
      }
      if (packet == END) {
        endReached = true;
        break;
      }
      bytes += packet.remaining() + OVERHEAD;
      count++;
      to.onPacket(packet);
      if (bytes >= RELEASE_STEP) {
        release(bytes);
        bytes = 0;
      }
    }
    release(bytes);
    if (count > 0) {
      to.onReadComplete();
    }
    if (endReached) {
      end(null);
    }
  }

  private void release(long bytes) {
    long left = inboxBytes.addAndGet(-bytes);
    if (left <= LOW_WATER && inboxFull.get()) {
      letSenderGoOn();
    }
  }

  private void letSenderGoOn() {
    if (inboxFull.compareAndSet(true, false)) {
      MemoryLink sender = other();
      sender.loop.execute(sender::tellReady);
    }
  }

  private void tellReady() {
    Receiver to = receiver;
    if (to != null && ending.get() == null) {
      to.onReady();
    }
  }
}
