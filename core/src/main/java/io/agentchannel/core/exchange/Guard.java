package io.agentchannel.core.exchange;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's one lock, and what is to be told once it is released: links of output, users of news.
 * Each user is told serially and in order, by whichever thread came first.
 *
 * <p>{@link #enter} and {@link #exit} are safe from any thread; the rest is for whoever is between
 * them.
 */
final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  private static final Attachment[] NO_LINKS = {};
  private static final Exchange[] NO_EXCHANGES = {};

  private final ReentrantLock lock = new ReentrantLock();
  private final Budget budget;
  private final List<Exchange> withNews = new ArrayList<>();
  private final List<Attachment> withOutput = new ArrayList<>();
  private final Set<Exchange> starved = new LinkedHashSet<>();
  private final LongSupplier clock;
  private long time;
  private boolean timeIsRead;

  Guard(Budget budget, LongSupplier clock) {
    this.budget = budget;
    this.clock = clock;
  }

  /**
   * The time. While the lock is held it stands still: a packet of many envelopes would read the
   * clock several times for each of them otherwise, and is through in microseconds.
   */
  long now() {
    if (!lock.isHeldByCurrentThread()) {
      return clock.getAsLong();
    }
    if (!timeIsRead) {
      timeIsRead = true;
      time = clock.getAsLong();
    }
    return time;
  }

  void enter() {
    lock.lock();
  }

  /** Releases the lock, then tells links and users what has changed. */
  void exit() {
    if (lock.getHoldCount() > 1) {
      lock.unlock();
      return;
    }
    feedStarved();
    timeIsRead = false;
    if (withNews.isEmpty() && withOutput.isEmpty()) {
      lock.unlock();
      return;
    }
    Attachment[] links = withOutput.isEmpty() ? NO_LINKS : withOutput.toArray(NO_LINKS);
    withOutput.clear();
    withNews.removeIf(exchange -> !exchange.startTelling());
    Exchange[] exchanges = withNews.isEmpty() ? NO_EXCHANGES : withNews.toArray(NO_EXCHANGES);
    withNews.clear();
    lock.unlock();
    for (Attachment link : links) {
      tell(link);
    }
    for (Exchange exchange : exchanges) {
      tell(exchange);
    }
  }

  /** A link that fails here harms neither the other links nor the users. */
  private static void tell(Attachment link) {
    try {
      link.port().onOutput();
    } catch (RuntimeException e) {
      LOG.error("a link failed to take output", e);
    }
  }

  private void tell(Exchange exchange) {
    boolean more = true;
    while (more) {
      for (Runnable one : exchange.told()) {
        try {
          one.run();
        } catch (Throwable t) {
          // Whatever it is, the exchanges that are told after this one must hear their news.
          LOG.error("an interceptor or observer of an exchange failed", t);
          exchange.userFailed(t);
        }
      }
      lock.lock();
      try {
        more = exchange.goOnTelling();
      } finally {
        lock.unlock();
      }
    }
  }

  void hasNews(Exchange exchange) {
    withNews.add(exchange);
  }

  void hasOutput(Attachment link) {
    if (link.signal()) {
      withOutput.add(link);
    }
  }

  /** Room comes back with credit, which the exchange hears of, or with the budget, which it not. */
  void awaitRoom(Exchange exchange) {
    if (budget.isFull()) {
      starved.add(exchange);
    }
  }

  private void feedStarved() {
    if (!starved.isEmpty() && !budget.isFull()) {
      List<Exchange> fed = new ArrayList<>(starved);
      starved.clear();
      fed.forEach(Exchange::refreshReady);
    }
  }
}
