package io.agentchannel.websocket;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections that have not been upgraded yet: when the table is full, the oldest makes
 * room, so that strangers who connect and say nothing cannot keep others out. Thread-safe.
 */
final class HalfOpen {
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Channel> channels = new LinkedHashSet<>();

  HalfOpen(int most) {
    this.most = most;
  }

  void add(Channel channel) {
    Channel oldest;
    lock.lock();
    try {
      oldest = channels.size() >= most ? removeOldest() : null;
      channels.add(channel);
    } finally {
      lock.unlock();
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  void remove(Channel channel) {
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
