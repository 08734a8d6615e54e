package io.agentchannel.core.link;

import io.agentchannel.core.exchange.Attachment;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.security.Seal;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeWriter;
import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

  private final Link link;
  private final Seal seal;
  private final Runnable onSent;
  private final Runnable onBroken;

  /** Who raises it from 0 drains until it is 0 again; a read under way holds it above. */
  private final AtomicInteger work = new AtomicInteger();

  private final List<Envelope> batch = new ArrayList<>();
  private @Nullable Session session;
  private @Nullable Attachment attachment;
  private int room;
  private long drainedAt;
  private volatile @Nullable Runnable afterFlush;

  /** The link's thread is between the first packet of a read and its end, and holds the drain. */
  private boolean reading;

  Outbox(Link link, Seal seal, Runnable onSent, Runnable onBroken) {
    this.link = link;
    this.seal = seal;
    this.onSent = onSent;
    this.onBroken = onBroken;
    // Held until there is a session.
    work.set(1);
  }

  /** Everything is there; the next {@link #onOutput} drains. */
  void connect(Session session, Attachment attachment, int room) {
    this.session = session;
    this.attachment = attachment;
    this.room = room;
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
    if (!reading) {
      reading = work.getAndIncrement() == 0;
    }
  }

  void endRead() {
    if (reading) {
      reading = false;
      drain(work.get());
    }
  }

  /** Runs the action when all that was there is sent, however long the link is not ready for it. */
  void flushAndRun(Runnable action) {
    afterFlush = action;
    if (work.getAndIncrement() == 0 || reading) {
      reading = false;
      drain(work.get());
    }
  }

  private void drain(int seen) {
    int missed = seen;
    do {
      boolean sent = sendAll();
      Runnable then = sent ? afterFlush : null;
      if (then != null) {
        afterFlush = null;
        then.run();
      }
      drainedAt = System.nanoTime();
      missed = work.addAndGet(-missed);
      if (missed == 0 && !sent && link.isReady() && work.compareAndSet(0, 1)) {
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
    while (link.isReady()) {
      batch.clear();
      int bytes = from.poll(at, room, batch);
      if (batch.isEmpty()) {
        return true;
      }
      if (!link.send(pack(bytes))) {
        onBroken.run();
        return true;
      }
      onSent.run();
    }
    return false;
  }

  private ByteBuffer pack(int bytes) {
    ByteBuffer packet = ByteBuffer.allocate(seal.headroom() + bytes + seal.tailroom());
    packet.position(seal.headroom());
    for (int i = 0; i < batch.size(); i++) {
      EnvelopeWriter.writeFramed(batch.get(i), packet);
    }
    packet.position(0);
    packet.limit(packet.capacity());
    seal.seal(packet);
    return packet;
  }
}
