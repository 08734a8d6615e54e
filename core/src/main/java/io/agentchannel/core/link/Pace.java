package io.agentchannel.core.link;

import io.agentchannel.Code;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.Hello;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds a sender back on a link that cannot do it itself, because what is in between takes
 * everything: each packet says how many packets its sender has received, and no more than so many
 * bytes go ahead of that. On a link that both sides rely on it does nothing and costs no byte.
 *
 * <p>Thread-safe; packets are counted in the order in which they are sealed and opened.
 */
final class Pace {
  /** A peer that says nothing and is sent no more than acknowledgements has to speak up by then. */
  private static final int MAX_UNACKNOWLEDGED = 65_536;

  private final long sendAhead;
  private final long acknowledgeAfter;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Integer> ahead = new ArrayDeque<>();
  private long acknowledged;
  private volatile long bytesAhead;

  /** Touched by the thread that receives only. */
  private boolean news;

  private Pace(long sendAhead, long receiveAhead) {
    this.sendAhead = sendAhead;
    this.acknowledgeAfter = Math.max(1, receiveAhead / 4);
  }

  /** What the two sides need: one of them is enough to ask for it. */
  static Pace of(Hello self, Hello peer) {
    return new Pace(
        self.ahead() > 0 ? self.ahead() : peer.ahead(),
        peer.ahead() > 0 ? peer.ahead() : self.ahead());
  }

  /** Bytes of a packet that are for this. */
  int overhead() {
    return isOn() ? Long.BYTES : 0;
  }

  private boolean isOn() {
    return sendAhead > 0;
  }

  // What is sent.

  /** Whether another packet may go out now; acknowledgements alone always may. */
  boolean isOpen() {
    return !isOn() || bytesAhead < sendAhead;
  }

  /** Begins a packet. */
  void putTo(ByteBuffer packet, int packetBytes) {
    if (!isOn()) {
      return;
    }
    unanswered.set(0);
    packet.putLong(received.get());
    lock.lock();
    try {
      ahead.add(packetBytes);
      bytesAhead = bytesAhead + packetBytes;
    } finally {
      lock.unlock();
    }
  }

  // What is received.

  /**
   * Takes the beginning of a packet off.
   *
   * @throws ViolationException if the peer says what cannot be
   */
  void takeFrom(ByteBuffer opened, int packetBytes) {
    if (!isOn()) {
      return;
    }
    if (opened.remaining() < Long.BYTES) {
      throw new ViolationException(Code.INVALID_ARGUMENT, "a packet without acknowledgement");
    }
    received.incrementAndGet();
    news |= unanswered.addAndGet(packetBytes) >= acknowledgeAfter;
    acknowledge(opened.getLong());
  }

  /** Whether what was taken since the last time lets or makes this side send something. */
  boolean takeNews() {
    boolean taken = news;
    news = false;
    return taken;
  }

  private void acknowledge(long count) {
    lock.lock();
    try {
      if (count < acknowledged || count - acknowledged > ahead.size()) {
        throw new ViolationException(
            Code.FAILED_PRECONDITION, "acknowledges packets that were never sent");
      }
      long before = bytesAhead;
      long after = before;
      for (; acknowledged < count; acknowledged++) {
        after -= ahead.remove();
      }
      bytesAhead = after;
      news |= before >= sendAhead && after < sendAhead;
      if (ahead.size() > MAX_UNACKNOWLEDGED) {
        throw new ViolationException(Code.RESOURCE_EXHAUSTED, "does not acknowledge packets");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether so much has come that an acknowledgement should go out even if nothing else does. */
  boolean isDue() {
    return isOn() && unanswered.get() >= acknowledgeAfter;
  }
}
