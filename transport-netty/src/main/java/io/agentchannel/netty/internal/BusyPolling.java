package io.agentchannel.netty.internal;

import io.agentchannel.spi.Options;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.IntSupplier;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How long a thread of sockets looks again and again before it sleeps. To put a thread to sleep and
 * wake it costs more than a round trip on the same machine does otherwise; so a thread whose last
 * sleeps were cut short looks for as long as the next one would take, while one that is idle sleeps
 * at once. This is what KVM does for processors (adaptive halt polling, {@code halt_poll_ns}): the
 * time doubles with every short sleep, and is nothing after a long one.
 *
 * <p>Between looks the thread yields. If another then had the processor for long, there are fewer
 * processors than threads that want one. One that sleeps is woken by what comes and gets the
 * processor back; one that yielded has to wait for its turn. So it then sleeps at once a number of
 * times, which doubles each time that this happens, and halves when looking has paid often.
 *
 * <p>Belongs to one event loop.
 */
public final class BusyPolling implements SelectStrategy {
  private static final String KEY = "netty.busyPoll";

  /** What is configured: {@code netty.busyPoll}, a flag, true unless it is set. */
  public static final Set<String> KEYS = Set.of(KEY);

  static final long FIRST_NANOS = 12_500;

  /** Whoever is at work for this thread returns the processor sooner. */
  static final long AWAY_NANOS = 500_000;

  private static final int MOST_TO_SKIP = 4096;

  /** Few enough lost turns that one in a hundred round trips does not see any. */
  static final int OFTEN = 512;

  private final long longestNanos;
  private final LongSupplier nanoTime;

  /** How long to look; zero is not at all. */
  private long patience;

  private boolean waiting;
  private boolean asleep;
  private long since;
  private long lastLook;
  private int skip;
  private int skipNext = 1;
  private int paid;

  /**
   * @param longestNanos a sleep that was no longer was not worth it
   */
  BusyPolling(long longestNanos, LongSupplier nanoTime) {
    this.longestNanos = longestNanos;
    this.nanoTime = nanoTime;
  }

  /**
   * The system's own kind of sockets, polled unless the options say otherwise.
   *
   * @param longest how long to look at most: what a round trip takes where it is short
   */
  public static IoHandlerFactory sockets(Options options, Duration longest) {
    return options.flag(KEY, true)
        ? sockets(() -> new BusyPolling(longest.toNanos(), System::nanoTime))
        : sockets(DefaultSelectStrategyFactory.INSTANCE);
  }

  private static IoHandlerFactory sockets(SelectStrategyFactory strategies) {
    return Epoll.isAvailable()
        ? EpollIoHandler.newFactory(/* maxEvents: grows as needed */ 0, strategies)
        : NioIoHandler.newFactory(SelectorProvider.provider(), strategies);
  }

  /**
   * @param select looks, without waiting: how many sockets are ready
   * @param hasTasks whether there is work anyway
   */
  @Override
  public int calculateStrategy(IntSupplier select, boolean hasTasks) throws Exception {
    if (hasTasks) {
      end();
      return select.get();
    }
    if (asleep) {
      end();
    }
    if (!waiting) {
      waiting = true;
      since = nanoTime.getAsLong();
      lastLook = since;
    }
    return patience == 0 ? sleep() : look(select);
  }

  private int look(IntSupplier select) throws Exception {
    long now = nanoTime.getAsLong();
    boolean away = now - lastLook > AWAY_NANOS;
    int ready = select.get();
    if (away) {
      patience = 0;
      skip = skipNext;
      skipNext = Math.min(MOST_TO_SKIP, 2 * skipNext);
      paid = 0;
    }
    if (ready > 0) {
      end();
      return ready;
    }
    if (away || now - since >= patience) {
      return sleep();
    }
    lastLook = now;
    Thread.yield();
    // Whoever has work for this thread meanwhile is served: the event loop looks for that.
    return CONTINUE;
  }

  private int sleep() {
    asleep = true;
    return SELECT;
  }

  /** What was waited for is there. */
  private void end() {
    if (!waiting) {
      return;
    }
    waiting = false;
    if (!asleep) {
      if (++paid == OFTEN) {
        skipNext = Math.max(1, skipNext / 2);
        paid = 0;
      }
      return;
    }
    asleep = false;
    if (nanoTime.getAsLong() - since > longestNanos) {
      patience = 0;
    } else if (skip > 0) {
      skip--;
    } else {
      patience = Math.min(longestNanos, Math.max(FIRST_NANOS, 2 * patience));
    }
  }
}
