package io.agentchannel.core.guest;

import io.agentchannel.Requests;
import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Texts on their way to a link: in order, one thread at a time, held back while the link is busy.
 * Thread-safe. A client that makes us say more than the bound and does not read it is cut off.
 */
final class TextOutbox {
  /** Beyond this much waiting, those who make replies wait too. */
  private static final long HIGH_WATER = 64 << 10;

  private final Link link;
  private final long maxBytes;
  private final Runnable onReady;
  private final Queue<Text> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger draining = new AtomicInteger();
  private final AtomicBoolean heldBack = new AtomicBoolean();

  /**
   * @param onReady run on the link's executor when {@link #isReady} has turned true
   */
  TextOutbox(Link link, long maxBytes, Runnable onReady) {
    this.link = link;
    this.maxBytes = maxBytes;
    this.onReady = onReady;
  }

  /**
   * Puts a text in line; {@link #flush} must follow. Calls nobody, so that it can be done under a
   * lock that keeps the order.
   *
   * @param reply told when it has gone out, if it is the reply to someone's call
   */
  void put(byte[] text, @Nullable Requests reply) {
    queue.add(new Text(text, reply));
    bytes.addAndGet(text.length);
  }

  void flush() {
    drain();
    if (bytes.get() > maxBytes) {
      link.close();
    }
  }

  void add(String text) {
    put(text.getBytes(StandardCharsets.UTF_8), null);
    flush();
  }

  boolean isReady() {
    if (hasRoom()) {
      return true;
    }
    heldBack.set(true);
    return hasRoom();
  }

  /** The link has room again; runs on its executor. */
  void linkReady() {
    drain();
    if (hasRoom() && heldBack.getAndSet(false)) {
      onReady.run();
    }
  }

  /** The link is closed: nothing of this will ever be read. */
  void clear() {
    queue.clear();
  }

  private boolean hasRoom() {
    return link.isReady() && bytes.get() < HIGH_WATER;
  }

  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      while (link.isReady()) {
        Text next = queue.poll();
        if (next == null) {
          break;
        }
        bytes.addAndGet(-next.text.length);
        link.send(ByteBuffer.wrap(next.text));
        if (next.reply != null) {
          next.reply.taken(1);
        }
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
    if (heldBack.get() && hasRoom()) {
      try {
        link.executor().execute(this::linkReady);
      } catch (RejectedExecutionException e) {
        // The link is closed, and its end ends the calls.
      }
    }
  }

  private static final class Text {
    private final byte[] text;
    private final @Nullable Requests reply;

    Text(byte[] text, @Nullable Requests reply) {
      this.text = text;
      this.reply = reply;
    }
  }
}
