package io.agentchannel.testkit;

import io.agentchannel.testkit.Hostility.Trait;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a hostile link: holds packets back, repeats them, lets the next one overtake.
 * Not thread-safe: its link sees to that.
 */
final class Lane {
  /** A packet that nothing overtakes goes on alone after this long. */
  private static final long OVERTAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private record Held(ByteBuffer packet, long dueNanos) {}

  private final Hostility hostility;
  private final SplittableRandom random;
  private final Consumer<ByteBuffer> exit;
  private final LongConsumer alarm;
  private final Queue<Held> queue = new ArrayDeque<>();
  private @Nullable ByteBuffer overtaken;
  private long overtakenUntil;
  private long lastDue = System.nanoTime();
  private long heldBytes;
  private boolean closed;

  /**
   * @param exit where packets go on
   * @param alarm asked to call {@link #release} after so many nanoseconds
   */
  Lane(Hostility hostility, long seed, Consumer<ByteBuffer> exit, LongConsumer alarm) {
    this.hostility = hostility;
    this.random = new SplittableRandom(seed);
    this.exit = exit;
    this.alarm = alarm;
  }

  void offer(ByteBuffer packet) {
    if (closed) {
      return;
    }
    // Copied before it goes on: from then on the buffer is another's.
    ByteBuffer copy = happens(Trait.DUPLICATE_PERCENT) ? copyOf(packet) : null;
    admit(packet);
    if (copy != null) {
      admit(copy);
    }
  }

  /** Bytes that have not gone on yet. */
  long heldBytes() {
    return heldBytes;
  }

  /** Lets go on what is due; says whether anything was. */
  boolean release() {
    long before = heldBytes;
    long now = System.nanoTime();
    if (overtaken != null && overtakenUntil - now <= 0) {
      letOvertakenGo();
    }
    Held held;
    while ((held = queue.peek()) != null && held.dueNanos() - now <= 0) {
      queue.remove();
      leave(held.packet());
    }
    if (held != null) {
      alarm.accept(held.dueNanos() - now);
    }
    return heldBytes < before;
  }

  /** Lets everything that is held go on now. */
  void flush() {
    letOvertakenGo();
    Held held;
    while ((held = queue.poll()) != null) {
      leave(held.packet());
    }
  }

  /** Loses what is held and all that comes. */
  void close() {
    closed = true;
    overtaken = null;
    queue.clear();
    heldBytes = 0;
  }

  private void admit(ByteBuffer packet) {
    // Drawn for each, so that what is drawn for the next does not hang on the clock.
    boolean late = happens(Trait.REORDER_PERCENT);
    if (late && overtaken == null) {
      overtaken = packet;
      overtakenUntil = System.nanoTime() + OVERTAKE_NANOS;
      heldBytes += packet.remaining();
      alarm.accept(OVERTAKE_NANOS);
    } else {
      hold(packet);
      letOvertakenGo();
    }
  }

  private void letOvertakenGo() {
    ByteBuffer earlier = overtaken;
    if (earlier != null) {
      overtaken = null;
      heldBytes -= earlier.remaining();
      hold(earlier);
    }
  }

  private void hold(ByteBuffer packet) {
    heldBytes += packet.remaining();
    long most = TimeUnit.MICROSECONDS.toNanos(hostility.get(Trait.DELAY_MICROS));
    if (most == 0) {
      leave(packet);
      return;
    }
    long now = System.nanoTime();
    long due = Math.max(lastDue, now + random.nextLong(most + 1));
    lastDue = due;
    queue.add(new Held(packet, due));
    if (queue.size() == 1) {
      alarm.accept(due - now);
    }
  }

  private void leave(ByteBuffer packet) {
    heldBytes -= packet.remaining();
    exit.accept(packet);
  }

  private boolean happens(Trait percent) {
    long ofHundred = hostility.get(percent);
    return ofHundred > 0 && random.nextInt(100) < ofHundred;
  }

  static ByteBuffer copyOf(ByteBuffer packet) {
    ByteBuffer copy = ByteBuffer.allocate(packet.remaining());
    return copy.put(packet.duplicate()).flip();
  }
}
