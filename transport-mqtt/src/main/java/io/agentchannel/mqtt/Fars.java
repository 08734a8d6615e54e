package io.agentchannel.mqtt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The inboxes of those who say that they are a link's other end. Anybody may answer a hello, so
 * what goes out goes to all of them, and what went out first also to whoever answers later: only
 * the right one can do anything with it. There is one, unless somebody is up to something.
 * Thread-safe.
 */
final class Fars {
  private static final int MOST = 16;

  /** Packets of a handshake that one side sends before it has heard the other. */
  private static final int MAX_OPENING = 2;

  private final BiConsumer<Far, ByteBuffer> out;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as is all that changes. */
  private final List<ByteBuffer> opening = new ArrayList<>();

  private volatile Far[] all = {};

  /** No other can come. */
  private volatile boolean settled;

  /**
   * @param out sends a packet to an inbox; what it gets are views of the same bytes
   */
  Fars(BiConsumer<Far, ByteBuffer> out) {
    this.out = out;
  }

  /** It is known who it is, as far as an answer to it goes. */
  void be(Far caller) {
    all = new Far[] {caller};
    settled = true;
  }

  /** False if it is known already, or nobody is waited for any more. */
  boolean add(Far far) {
    lock.lock();
    try {
      Far[] known = all;
      if (settled
          || known.length == MOST
          || Arrays.stream(known).anyMatch(each -> each.inbox().equals(far.inbox()))) {
        return false;
      }
      Far[] more = Arrays.copyOf(known, known.length + 1);
      more[known.length] = far;
      all = more;
      opening.forEach(packet -> out.accept(far, packet.slice()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The right one is among them. */
  void settle() {
    lock.lock();
    try {
      settled = true;
      opening.clear();
    } finally {
      lock.unlock();
    }
  }

  void send(ByteBuffer packet) {
    if (settled) {
      sendToAll(packet);
      return;
    }
    lock.lock();
    try {
      if (opening.size() < MAX_OPENING && !settled) {
        opening.add(packet.slice());
      }
      sendToAll(packet);
    } finally {
      lock.unlock();
    }
  }

  private void sendToAll(ByteBuffer packet) {
    for (Far far : all) {
      out.accept(far, packet.slice());
    }
  }

  List<Far> all() {
    return List.of(all);
  }

  /** The one that it must be; null while there are several, or none. */
  @Nullable Far only() {
    Far[] known = all;
    return known.length == 1 ? known[0] : null;
  }

  /** Takes one out; true if it was there and nobody is left. */
  boolean removeLast(Far gone) {
    lock.lock();
    try {
      Far[] known = all;
      Far[] left =
          Arrays.stream(known).filter(far -> !far.inbox().equals(gone.inbox())).toArray(Far[]::new);
      all = left;
      return left.length == 0 && known.length > 0;
    } finally {
      lock.unlock();
    }
  }
}
