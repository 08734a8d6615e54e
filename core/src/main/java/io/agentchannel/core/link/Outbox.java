package io.agentchannel.core.link;

import io.agentchannel.core.exchange.Attachment;
import io.agentchannel.core.exchange.Batch;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.spi.Link;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes packets of what a session has to say. Whoever finds the link idle drains it in place; while
 * a drain or a read is under way, what gathers goes out together: one seal, one packet, one flush.
 * A producer that comes again right after its last drain keeps the link busy, and hands the drain
 * to the link's executor, so that its next items gather meanwhile.
 *
 * <p>Thread-safe; the link sees one sender at a time.
 */
final class Outbox {
  /** Two drains by producers closer together than this are a stream of them. */
  private static final long BUSY_NANOS = TimeUnit.MICROSECONDS.toNanos(30);

  /**
   * Bytes that are gathered for one packet, where it may have as many. More of them is not cheaper
   * to carry, and larger than what a read takes and a cache holds.
   */
  private static final int MOST_GATHERED = 64 * 1024;

  private static final Batch NOTHING = new Batch();

  private final Link link;
  private final PacketCodec codec;
  private final Runnable onSent;
  private final Runnable onBroken;

  /** Who raises it from 0 drains until it is 0 again; a read under way holds it above. */
  private final AtomicInteger work = new AtomicInteger();

  private final Batch batch = new Batch();
  private @Nullable Session session;
  private @Nullable Attachment attachment;
  private int room;
  private long drainedAt;
  private volatile @Nullable Runnable afterFlush;

  /**
   * The link's thread while it is between the first packet of a read and its end, and holds the
   * drain. Set by that thread alone; others only see that it is not them.
   */
  private @Nullable Thread reader;

  Outbox(Link link, PacketCodec codec, Runnable onSent, Runnable onBroken) {
    this.link = link;
    this.codec = codec;
    this.onSent = onSent;
    this.onBroken = onBroken;
    // Held until there is a session.
    work.set(1);
  }

  /** Everything is there; the next {@link #onOutput} drains. */
  void connect(Session session, Attachment attachment, int room) {
    this.session = session;
    this.attachment = attachment;
    this.room = Math.min(room, MOST_GATHERED);
    drain(work.get());
  }

  void onOutput() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    if (System.nanoTime() - drainedAt < BUSY_NANOS) {
      handOver();
    } else {
      drain(1);
    }
  }

  private void handOver() {
    try {
      link.executor().execute(() -> drain(work.get()));
    } catch (RejectedExecutionException e) {
      // The link is closing; what it still takes, it takes from here.
      drain(work.get());
    }
  }

  /** On the link's thread: answers wait for the end of the read. */
  void beginRead() {
    if (reader == null && work.getAndIncrement() == 0) {
      reader = Thread.currentThread();
    }
  }

  /** In the midst of a read: what has gathered goes out. */
  void flushRead() {
    if (reader != null) {
      sendAll();
    }
  }

  void endRead() {
    if (reader != null) {
      reader = null;
      drain(work.get());
    }
  }

  /** Runs the action when all that was there is sent, however long the link is not ready for it. */
  void flushAndRun(Runnable action) {
    afterFlush = action;
    if (work.getAndIncrement() == 0) {
      drain(1);
    } else if (reader == Thread.currentThread()) {
      // Its own read will not be ended by who closes the link from within it.
      endRead();
    }
  }

  private void drain(int seen) {
    int missed = seen;
    do {
      // Read first: what was said before it was asked for is then among what is sent.
      Runnable then = afterFlush;
      boolean sent = sendAll();
      if (sent && then != null) {
        afterFlush = null;
        then.run();
      }
      drainedAt = System.nanoTime();
      missed = work.addAndGet(-missed);
      if (missed == 0 && !sent && isReady() && work.compareAndSet(0, 1)) {
        missed = 1;
      }
    } while (missed != 0);
  }

  /** False if the link is not ready for more; it says when it is. */
  private boolean sendAll() {
    Session from = session;
    Attachment at = attachment;
    if (from == null || at == null) {
      return true;
    }
    while (isReady()) {
      batch.clear();
      from.poll(at, room, batch);
      if (batch.isEmpty()) {
        return acknowledge();
      }
      boolean last = batch.isLast();
      boolean answered = batch.isAnswered();
      if (answered) {
        // Before: the answer may be there before this thread goes on, and then nothing is awaited.
        onSent.run();
      }
      if (!link.send(codec.pack(batch))) {
        onBroken.run();
        return true;
      }
      if (last) {
        return true;
      }
    }
    acknowledge();
    return false;
  }

  private boolean isReady() {
    return link.isReady() && codec.pace().isOpen();
  }

  /** Says what has come, alone, if that is due; nothing is expected in return. */
  private boolean acknowledge() {
    if (codec.pace().isDue() && !link.send(codec.pack(NOTHING))) {
      onBroken.run();
    }
    return true;
  }
}
