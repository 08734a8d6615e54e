package io.agentchannel.core.call;

import io.agentchannel.Payload;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Streams numbers, never more than a window ahead of what was taken, as the credit of an exchange
 * makes it. A taken count that is lost or late leaves it, and its consumer, stuck.
 */
final class WindowedProducer {
  private final ScriptedPeer.Exchange exchange;
  private final int window;
  private final int count;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicInteger sent = new AtomicInteger();

  private WindowedProducer(ScriptedPeer.Exchange exchange, int window, int count) {
    this.exchange = exchange;
    this.window = window;
    this.count = count;
  }

  static WindowedProducer start(ScriptedPeer.Exchange exchange, int window, int count) {
    WindowedProducer producer = new WindowedProducer(exchange, window, count);
    exchange.onTaken = taken -> producer.wake();
    producer.wake();
    return producer;
  }

  int sent() {
    return sent.get();
  }

  private void wake() {
    if (scheduled.compareAndSet(false, true)) {
      exchange.link(this::produce);
    }
  }

  private void produce() {
    scheduled.set(false);
    int next = sent.get();
    while (next < count && next < exchange.taken() + window) {
      next = sent.incrementAndGet();
      exchange.replies.item(Payload.ofText(Integer.toString(next)), next == count);
    }
  }
}
