package io.agentchannel.bench;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Sends each next request when a reply arrives, from where it arrives. There is no rate to keep, so
 * nothing is left out by coordinated omission that was meant to be sent: a pause of the system is
 * one long round trip, and the percentiles are those of round trips, not of arrivals at a rate.
 */
final class ClosedLoop {
  private final Arrivals replies;
  private final AtomicLong unsent;
  private final Runnable send;
  private final @Nullable Histogram nanos;

  /** Of the one request under way; only kept where there is a histogram. */
  private long sentAt;

  /**
   * @param nanos takes the round trips, if only one request is under way at once; else null
   */
  ClosedLoop(int count, Runnable send, @Nullable Histogram nanos) {
    this.replies = new Arrivals(count);
    this.unsent = new AtomicLong(count);
    this.send = send;
    this.nanos = nanos;
  }

  /**
   * @throws StalledException see {@link Arrivals#await}
   */
  void run(int atOnce) {
    for (int i = 0; i < atOnce; i++) {
      next();
    }
    replies.await();
  }

  /** From any thread; with a histogram, from one after the other. */
  void onReply() {
    if (nanos != null) {
      nanos.recordValue(System.nanoTime() - sentAt);
    }
    if (!replies.add()) {
      next();
    }
  }

  void fail(Throwable why) {
    replies.fail(why);
  }

  private void next() {
    if (unsent.getAndDecrement() > 0) {
      if (nanos != null) {
        sentAt = System.nanoTime();
      }
      send.run();
    }
  }
}
