package io.agentchannel.testkit;

import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.PeerProof;
import io.agentchannel.testkit.Hostility.Trait;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A link that is treated as a {@link Hostility} says, at one of its ends. What arrives passes the
 * inbound lane, on the event loop; what is sent passes the outbound lane, under a lock.
 */
final class HostileLink implements Link {
  private static final long HIGH_WATER = 256 * 1024;

  private enum Fate {
    ALIVE,
    CUT,
    SILENT
  }

  private final Link link;
  private final Hostility hostility;
  private final ScheduledExecutorService timers;
  private final BooleanSupplier mayStrike;
  private final LinkInfo info;
  private final ReentrantLock outboundLock = new ReentrantLock();
  private final Lane outbound;
  private final Lane inbound;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.ALIVE);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean spared = new AtomicBoolean();
  private volatile boolean turnTaken;
  private volatile @Nullable Receiver receiver;

  /** Touched on the event loop only. */
  private boolean told;

  /**
   * @param mayStrike asked once when this link is due to be cut or silenced
   */
  HostileLink(
      Link link,
      Hostility hostility,
      long seed,
      ScheduledExecutorService timers,
      BooleanSupplier mayStrike) {
    this.link = link;
    this.hostility = hostility;
    this.timers = timers;
    this.mayStrike = mayStrike;
    LinkInfo below = link.info();
    this.info =
        new LinkInfo(
            Hostility.SCHEME_PREFIX + below.scheme(),
            below.local(),
            below.remote(),
            (int) Math.min(below.maxPacket(), hostility.get(Trait.MAX_PACKET)),
            hostility.is(Trait.PATH)
                ? LinkInfo.Path.values()[(int) hostility.get(Trait.PATH)]
                : below.path(),
            below.provenPeer());
    this.outbound =
        new Lane(hostility, seed, link::send, nanos -> alarm(nanos, this::releaseOutbound));
    this.inbound =
        new Lane(hostility, ~seed, this::deliver, nanos -> alarm(nanos, this::releaseInbound));
  }

  @Override
  public void start(Receiver receiver) {
    this.receiver = receiver;
    link.start(new Arrivals(receiver));
  }

  @Override
  public boolean send(ByteBuffer packet) {
    if (closed.get() || fate.get() == Fate.CUT) {
      return false;
    }
    if (packet.remaining() > info.maxPacket()) {
      throw new IllegalArgumentException("larger than maxPacket: " + packet.remaining());
    }
    if (sent.getAndIncrement() >= hostility.get(Trait.CUT_AFTER_SENT) && strike(Fate.CUT)) {
      return true;
    }
    considerSilence();
    if (fate.get() != Fate.ALIVE) {
      return true;
    }
    outboundLock.lock();
    try {
      outbound.offer(packet);
    } finally {
      outboundLock.unlock();
    }
    if (hostility.is(Trait.ONE_AT_A_TIME)) {
      takeTurn();
    }
    return true;
  }

  @Override
  public boolean isReady() {
    return !turnTaken && heldOutbound() < HIGH_WATER && link.isReady();
  }

  @Override
  public Executor executor() {
    return link.executor();
  }

  @Override
  public LinkInfo info() {
    return info;
  }

  @Override
  public ByteBuffer greeting() {
    return link.greeting();
  }

  @Override
  public CompletionStage<?> authenticated(PeerProof peer) {
    return link.authenticated(peer);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    outboundLock.lock();
    try {
      outbound.flush();
    } finally {
      outboundLock.unlock();
    }
    link.close();
    if (fate.get() == Fate.SILENT) {
      // The link below may have ended long ago, and was not listened to.
      onLoop(() -> tellClosed(null));
    }
  }

  private final class Arrivals implements Receiver {
    private final Receiver to;

    Arrivals(Receiver to) {
      this.to = to;
    }

    @Override
    public void onPacket(ByteBuffer packet) {
      boolean due = received.getAndIncrement() >= hostility.get(Trait.CUT_AFTER_RECEIVED);
      if (due && strike(Fate.CUT)) {
        return;
      }
      considerSilence();
      if (fate.get() == Fate.ALIVE) {
        inbound.offer(Lane.copyOf(packet));
      }
    }

    @Override
    public void onReadComplete() {
      if (fate.get() == Fate.ALIVE && !told) {
        to.onReadComplete();
      }
    }

    @Override
    public void onDoubt() {
      if (fate.get() == Fate.ALIVE && !told) {
        to.onDoubt();
      }
    }

    @Override
    public void onReady() {
      if (isReady()) {
        to.onReady();
      }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      Fate now = fate.get();
      if (now == Fate.SILENT && !closed.get()) {
        return;
      }
      if (now == Fate.CUT) {
        tellClosed(new IOException("the link was cut"));
        return;
      }
      if (now == Fate.ALIVE && inbound.heldBytes() > 0) {
        inbound.flush();
        to.onReadComplete();
      }
      tellClosed(cause);
    }
  }

  /** Decides a link's end once; false if it is spared. */
  private boolean strike(Fate end) {
    if (spared.get() || fate.get() != Fate.ALIVE) {
      return fate.get() == end;
    }
    if (!mayStrike.getAsBoolean()) {
      spared.set(true);
      return false;
    }
    if (fate.compareAndSet(Fate.ALIVE, end)) {
      outboundLock.lock();
      try {
        outbound.close();
      } finally {
        outboundLock.unlock();
      }
      onLoop(inbound::close);
      if (end == Fate.CUT) {
        link.close();
      }
    }
    return true;
  }

  private void considerSilence() {
    if ((long) sent.get() + received.get() > hostility.get(Trait.SILENT_AFTER)) {
      strike(Fate.SILENT);
    }
  }

  private void takeTurn() {
    turnTaken = true;
    onLoop(
        () -> {
          turnTaken = false;
          tellReady();
        });
  }

  private void releaseOutbound() {
    boolean any;
    outboundLock.lock();
    try {
      any = outbound.release();
    } finally {
      outboundLock.unlock();
    }
    if (any) {
      tellReady();
    }
  }

  private void releaseInbound() {
    Receiver to = receiver;
    if (inbound.release() && to != null && !told) {
      to.onReadComplete();
    }
  }

  private long heldOutbound() {
    outboundLock.lock();
    try {
      return outbound.heldBytes();
    } finally {
      outboundLock.unlock();
    }
  }

  private void deliver(ByteBuffer packet) {
    Receiver to = receiver;
    if (to != null && !told) {
      int from = packet.arrayOffset() + packet.position();
      int end = packet.arrayOffset() + packet.limit();
      to.onPacket(packet);
      // Whoever keeps what was only lent gets to feel it.
      Arrays.fill(packet.array(), from, end, (byte) 0xff);
    }
  }

  private void tellReady() {
    Receiver to = receiver;
    if (to != null && !told && isReady()) {
      to.onReady();
    }
  }

  private void tellClosed(@Nullable Throwable cause) {
    Receiver to = receiver;
    if (to != null && !told) {
      told = true;
      closed.set(true);
      inbound.close();
      to.onClosed(cause);
    }
  }

  private void alarm(long nanos, Runnable action) {
    try {
      timers.schedule(() -> onLoop(action), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException agentEnded) {
      link.close();
    }
  }

  private void onLoop(Runnable action) {
    try {
      link.executor().execute(action);
    } catch (RejectedExecutionException transportEnded) {
      link.close();
    }
  }
}
