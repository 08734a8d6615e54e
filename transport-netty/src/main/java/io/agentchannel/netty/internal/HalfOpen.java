package io.agentchannel.netty.internal;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections that nobody uses yet: when the table is full, the oldest makes room, so
 * that strangers who connect and say nothing cannot keep others out. Thread-safe.
 */
public final class HalfOpen {
  private final int most;
  private final Consumer<Channel> closer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Channel> channels = new LinkedHashSet<>();

  public HalfOpen(int most) {
    this(most, Channel::close);
  }

  /**
   * @param closer closes a channel at once, whatever its handlers make of a close
   */
  public HalfOpen(int most, Consumer<Channel> closer) {
    this.most = most;
    this.closer = closer;
  }

  public void add(Channel channel) {
    Channel oldest;
    lock.lock();
    try {
      oldest = channels.size() >= most ? removeOldest() : null;
      channels.add(channel);
    } finally {
      lock.unlock();
    }
    if (oldest != null) {
      closer.accept(oldest);
    }
  }

  public void remove(Channel channel) {
    lock.lock();
    try {
      channels.remove(channel);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Channel removeOldest() {
    Iterator<Channel> all = channels.iterator();
    Channel oldest = all.next();
    all.remove();
    return oldest;
  }
}
