package io.agentchannel.http.guest;

import io.agentchannel.http.internal.server.Responder;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Parts of one streamed response on their way to its event loop; those that gather go out together.
 * Parts and the end come serially; the rest is safe from any thread.
 */
final class PartQueue {
  /** Beyond this much on the way to the loop, those who make parts wait. */
  private static final long HIGH_WATER = 64 * 1024;

  private enum End {
    NONE,
    WELL,
    CUT
  }

  private final Responder responder;
  private final Responder.Parts parts;
  private final Runnable onReady;
  private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger draining = new AtomicInteger();
  private final AtomicBoolean heldBack = new AtomicBoolean();
  private volatile End end = End.NONE;

  /**
   * Begins the response.
   *
   * @param onReady run on the event loop when {@link #isReady} has turned true
   */
  PartQueue(Responder responder, String contentType, Runnable onReady) {
    this.responder = responder;
    this.onReady = onReady;
    this.parts = responder.stream(HttpResponseStatus.OK, contentType, Map.of(), this::tellReady);
  }

  void add(byte[] part) {
    waiting.add(part);
    bytes.addAndGet(part.length);
    drain();
  }

  void end() {
    end = End.WELL;
    drain();
  }

  /** After the parts before it, the client sees that the response is cut short. */
  void cut() {
    end = End.CUT;
    drain();
  }

  boolean isReady() {
    if (hasRoom()) {
      return true;
    }
    heldBack.set(true);
    return hasRoom();
  }

  private boolean hasRoom() {
    return bytes.get() < HIGH_WATER && parts.isReady();
  }

  private void tellReady() {
    if (hasRoom() && heldBack.getAndSet(false)) {
      onReady.run();
    }
  }

  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    try {
      if (responder.loop().inEventLoop()) {
        write();
      } else {
        responder.loop().execute(this::write);
      }
    } catch (RejectedExecutionException closed) {
      // Nobody is there to read it, and whoever made it has been told.
      waiting.clear();
    }
  }

  private void write() {
    int seen = draining.get();
    do {
      End last = end;
      ByteBuffer joined = join();
      if (joined.hasRemaining()) {
        parts.write(joined);
      }
      if (last == End.WELL) {
        parts.end();
      } else if (last == End.CUT) {
        parts.abort();
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
    tellReady();
  }

  private ByteBuffer join() {
    byte[] first = waiting.poll();
    if (first == null) {
      return ByteBuffer.allocate(0);
    }
    byte[] next = waiting.poll();
    bytes.addAndGet(-first.length);
    if (next == null) {
      return ByteBuffer.wrap(first);
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(first);
    for (; next != null; next = waiting.poll()) {
      bytes.addAndGet(-next.length);
      joined.writeBytes(next);
    }
    return ByteBuffer.wrap(joined.toByteArray());
  }
}
