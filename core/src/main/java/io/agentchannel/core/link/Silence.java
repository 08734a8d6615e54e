package io.agentchannel.core.link;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a peer has fallen silent: asks for a sign of life when output is outstanding and
 * nothing has been heard for a while, or when the link is idle, and gives the link up when none
 * comes. It costs a timer only while output is outstanding, and one long one while idle.
 *
 * <p>Thread-safe.
 */
final class Silence {
  private static final long MIN_PATIENCE = TimeUnit.MILLISECONDS.toNanos(150);

  /** Points of an interval at which idle links are looked at. */
  private static final long SLOTS = 64;

  /** What it does to the link. */
  interface Actions {
    void ping(long token);

    /** Output is outstanding, and the peer is silent for longer than it should be. */
    void suspect();

    void giveUp(long silentNanos);
  }

  private final LinkSettings settings;
  private final ScheduledExecutorService timers;
  private final Actions actions;
  private final RoundTrip roundTrip = new RoundTrip();
  private final AtomicBoolean watching = new AtomicBoolean();
  private volatile long heardAt = System.nanoTime();

  /** When the output that nothing has been heard since was sent; 0 if there is none. */
  private volatile long outputSince;

  /** When the PING that is not answered was sent; 0 if there is none. */
  private volatile long pingedAt;

  private final AtomicLong pings = new AtomicLong();

  private volatile @Nullable ScheduledFuture<?> idleTimer;
  private volatile boolean stopped;

  Silence(LinkSettings settings, ScheduledExecutorService timers, Actions actions) {
    this.settings = settings;
    this.timers = timers;
    this.actions = actions;
  }

  /**
   * @param first whether this side asks first on an idle link; the other's question, which comes
   *     later, is not needed then
   */
  void start(boolean first) {
    heardAt = System.nanoTime();
    long interval = settings.keepAliveInterval().toNanos();
    long delay = first ? interval : interval + interval / 4;
    // A thread that wakes for one of many idle links does so for its neighbours, too.
    long slot = Math.max(1, interval / SLOTS);
    idleTimer =
        timers.scheduleAtFixedRate(
            this::whenIdle,
            delay - Math.floorMod(heardAt + delay, slot),
            interval,
            TimeUnit.NANOSECONDS);
    if (stopped) {
      stop();
    }
  }

  void stop() {
    stopped = true;
    ScheduledFuture<?> timer = idleTimer;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  void onPacket() {
    heardAt = System.nanoTime();
    outputSince = 0;
  }

  void onOutput() {
    if (outputSince == 0) {
      outputSince = System.nanoTime();
    }
    if (!watching.get() && watching.compareAndSet(false, true)) {
      watchIn(MIN_PATIENCE);
    }
  }

  void onPong(long token) {
    long asked = pingedAt;
    if (asked != 0 && token == pings.get()) {
      roundTrip.sample(System.nanoTime() - asked);
      pingedAt = 0;
    }
  }

  long roundTripNanos() {
    return roundTrip.smoothedNanos();
  }

  private void watchIn(long nanos) {
    if (!stopped) {
      timers.schedule(this::watch, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void watch() {
    long since = outputSince;
    long now = System.nanoTime();
    if (since == 0 && pingedAt == 0) {
      watching.set(false);
      if (outputSince != 0 && watching.compareAndSet(false, true)) {
        watchIn(MIN_PATIENCE);
      }
      return;
    }
    long patience = Math.max(MIN_PATIENCE, roundTrip.patienceNanos());
    if (pingedAt == 0) {
      if (now - since >= patience) {
        ping(now);
        actions.suspect();
      }
    } else if (isLost(now)) {
      return;
    }
    watchIn(patience);
  }

  private boolean isLost(long now) {
    long asked = pingedAt;
    if (asked == 0) {
      return false;
    }
    if (heardAt - asked > 0) {
      // Something else came after the question: the peer lives, and may be slow to answer it.
      pingedAt = 0;
      return false;
    }
    if (now - asked < settings.keepAliveTimeout().toNanos()) {
      return false;
    }
    stop();
    actions.giveUp(now - heardAt);
    return true;
  }

  private void whenIdle() {
    long now = System.nanoTime();
    if (pingedAt == 0 && now - heardAt >= settings.keepAliveInterval().toNanos() / 2) {
      ping(now);
      if (watching.compareAndSet(false, true)) {
        watchIn(MIN_PATIENCE);
      }
    }
  }

  /** Somebody says that the peer may be gone: it is asked, unless it has been. */
  void doubt() {
    if (pingedAt == 0) {
      ping(System.nanoTime());
      if (watching.compareAndSet(false, true)) {
        watchIn(MIN_PATIENCE);
      }
    }
  }

  /** At once after the handshake, so that the round trip is known. */
  void probe() {
    ping(System.nanoTime());
  }

  private void ping(long now) {
    long token = pings.incrementAndGet();
    pingedAt = now == 0 ? 1 : now;
    actions.ping(token);
  }
}
