package io.agentchannel.mqtt;

import java.util.concurrent.atomic.AtomicLong;

/** What was given to the broker and is not acknowledged yet. Thread-safe. */
final class Outstanding {
  private final int window;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param window messages that may be on the way at once
   */
  Outstanding(int window) {
    this.window = window;
  }

  void send(int size) {
    sent.incrementAndGet();
    bytes.addAndGet(size);
  }

  void acknowledge(int size) {
    acknowledged.incrementAndGet();
    bytes.addAndGet(-size);
  }

  boolean hasRoom() {
    return sent.get() - acknowledged.get() < window;
  }

  /** Bytes on the way. */
  long bytes() {
    return bytes.get();
  }

  /** Messages so far. */
  long sent() {
    return sent.get();
  }

  /** Messages so far. */
  long acknowledged() {
    return acknowledged.get();
  }
}
