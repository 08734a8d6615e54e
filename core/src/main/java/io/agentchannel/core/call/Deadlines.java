package io.agentchannel.core.call;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers for very many calls of which nearly none expires: a hashed wheel (Varghese and Lauck,
 * 1987, scheme 6). Adding and removing cost a few writes under a short lock, and one task of the
 * scheduler ticks for all, only while something is registered.
 *
 * <p>A timer never expires early, and at most a tick (10 ms) and the scheduler's own delay late.
 * Thread-safe. The scheduler stays its owner's; when it is shut down, nothing expires any more.
 */
public final class Deadlines {
  static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  static final int BUCKETS = 1024;

  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

  private final ScheduledExecutorService scheduler;
  private final LongSupplier clock;
  private final long origin;
  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable Timer[] buckets = new @Nullable Timer[BUCKETS];
  private long lastTick;
  private int size;
  private boolean ticking;

  public Deadlines(ScheduledExecutorService scheduler) {
    this(scheduler, System::nanoTime);
  }

  /**
   * @param clock in nanoseconds, monotonic; deadlines are on it
   */
  public Deadlines(ScheduledExecutorService scheduler, LongSupplier clock) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.origin = clock.getAsLong();
  }

  /** Something that may expire. In one wheel at most, and there at most once. */
  public abstract static class Timer {
    private @Nullable Timer previous;
    private @Nullable Timer next;
    private long tick;
    private boolean registered;

    /** The time is up. On the scheduler's thread, outside of all locks; must not block. */
    protected abstract void expired();
  }

  /** The time on the clock of the deadlines. */
  public long nanoTime() {
    return clock.getAsLong();
  }

  /** Registers the timer, or moves it if it is registered. */
  public void add(Timer timer, long deadlineNanos) {
    boolean start;
    lock.lock();
    try {
      unlink(timer);
      start = !ticking;
      if (start) {
        ticking = true;
        lastTick = currentTick();
      }
      timer.tick = Math.max(tickAtOrAfter(deadlineNanos), lastTick + 1);
      link(timer);
    } finally {
      lock.unlock();
    }
    if (start) {
      schedule();
    }
  }

  /**
   * Forgets the timer.
   *
   * @return whether it was registered; if not, {@link Timer#expired} may be about to run
   */
  public boolean remove(Timer timer) {
    lock.lock();
    try {
      return unlink(timer);
    } finally {
      lock.unlock();
    }
  }

  /** How many timers are registered. */
  public int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  private void schedule() {
    try {
      // Nobody waits for the result: tick() lets no exception out.
      var unused = scheduler.schedule(this::tick, TICK_NANOS, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("no deadlines any more: the scheduler is shut down");
    }
  }

  private void tick() {
    List<Timer> due;
    boolean again;
    lock.lock();
    try {
      due = takeDue();
      again = size > 0;
      ticking = again;
    } finally {
      lock.unlock();
    }
    if (again) {
      schedule();
    }
    expire(due);
  }

  private List<Timer> takeDue() {
    long now = currentTick();
    long steps = Math.min(now - lastTick, BUCKETS);
    List<Timer> due = new ArrayList<>(0);
    for (long step = 1; step <= steps; step++) {
      Timer timer = buckets[bucket(lastTick + step)];
      while (timer != null) {
        Timer next = timer.next;
        if (timer.tick <= now) {
          unlink(timer);
          due.add(timer);
        }
        timer = next;
      }
    }
    lastTick = Math.max(lastTick, now);
    return due;
  }

  private static void expire(List<Timer> due) {
    for (Timer timer : due) {
      try {
        timer.expired();
      } catch (RuntimeException | Error e) {
        log.error("a deadline could not be told", e);
      }
    }
  }

  private void link(Timer timer) {
    int bucket = bucket(timer.tick);
    Timer first = buckets[bucket];
    timer.next = first;
    if (first != null) {
      first.previous = timer;
    }
    buckets[bucket] = timer;
    timer.registered = true;
    size++;
  }

  private boolean unlink(Timer timer) {
    if (!timer.registered) {
      return false;
    }
    if (timer.previous == null) {
      buckets[bucket(timer.tick)] = timer.next;
    } else {
      timer.previous.next = timer.next;
    }
    if (timer.next != null) {
      timer.next.previous = timer.previous;
    }
    timer.previous = null;
    timer.next = null;
    timer.registered = false;
    size--;
    return true;
  }

  private long currentTick() {
    return Math.floorDiv(clock.getAsLong() - origin, TICK_NANOS);
  }

  private long tickAtOrAfter(long deadlineNanos) {
    return -Math.floorDiv(origin - deadlineNanos, TICK_NANOS);
  }

  private static int bucket(long tick) {
    return (int) (tick & (BUCKETS - 1));
  }
}
