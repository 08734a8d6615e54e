package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls whose replies are asked for later, by their ids, which nobody can guess. What nobody
 * has asked for as long as the memory lasts is cancelled and forgotten. Nothing is evicted before:
 * when it is full, no call is taken on. Thread-safe.
 */
final class Exchanges {
  private static final int MOST = 10_000;
  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final int ID_BYTES = 16;

  private static final AgentException UNASKED =
      new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "nobody has asked for the reply");
  private static final AgentException CLOSED =
      new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "this agent has closed");

  private final Settings settings;
  private final ScheduledExecutorService timers;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean closed;

  Exchanges(Settings settings, ScheduledExecutorService timers) {
    this.settings = settings;
    this.timers = timers;
  }

  /**
   * @throws AgentException if there is no room
   */
  Exchange open(Visitor visitor, int window, boolean collects) {
    if (count.incrementAndGet() > MOST) {
      count.decrementAndGet();
      throw new AgentException(
          Code.RESOURCE_EXHAUSTED,
          Outcome.NOT_SENT,
          "this agent keeps as many asynchronous calls as it can; try again later");
    }
    byte[] secret = new byte[ID_BYTES];
    random.nextBytes(secret);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    visitor.hold();
    Entry entry = new Entry(new Exchange(this, id, visitor, window, collects));
    entries.put(id, entry);
    entry.forgetLater(settings.memory().toNanos());
    if (closed) {
      remove(entry.exchange, CLOSED);
    }
    return entry.exchange;
  }

  /** The exchange of this id if it is this client's; that counts as asking for it. */
  @Nullable Exchange find(String id, Visitor asking) {
    Entry entry = entries.get(id);
    if (entry == null || !entry.exchange.isOf(asking)) {
      return null;
    }
    entry.asked = System.nanoTime();
    return entry.exchange;
  }

  /**
   * Forgets it; twice does nothing.
   *
   * @param why given to the handler if it still runs
   */
  void remove(Exchange exchange, AgentException why) {
    Entry entry = entries.remove(exchange.id());
    if (entry != null) {
      count.decrementAndGet();
      entry.stop();
      exchange.forget(why);
    }
  }

  boolean reserve(long more) {
    if (bytes.addAndGet(more) > MOST_BYTES) {
      bytes.addAndGet(-more);
      return false;
    }
    return true;
  }

  void release(long freed) {
    bytes.addAndGet(-freed);
  }

  Future<?> after(long millis, Runnable action) {
    return timers.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  void close() {
    closed = true;
    entries.values().forEach(entry -> remove(entry.exchange, CLOSED));
  }

  /** One exchange, and when it was asked for last. */
  private final class Entry {
    private final Exchange exchange;
    private volatile long asked = System.nanoTime();
    private volatile @Nullable Future<?> timer;

    Entry(Exchange exchange) {
      this.exchange = exchange;
    }

    void forgetLater(long nanos) {
      try {
        timer = timers.schedule(this::forget, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closing) {
        // The agent has closed, and all of this goes with it.
      }
    }

    private void forget() {
      long left = settings.memory().toNanos() - (System.nanoTime() - asked);
      if (left > 0) {
        forgetLater(left);
      } else {
        remove(exchange, UNASKED);
      }
    }

    void stop() {
      Future<?> running = timer;
      if (running != null) {
        running.cancel(false);
      }
    }
  }
}
