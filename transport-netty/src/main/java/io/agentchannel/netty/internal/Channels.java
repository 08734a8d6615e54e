package io.agentchannel.netty.internal;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What is open in one transport, so that its close reaches everything. Thread-safe. */
public final class Channels {
  private final Consumer<Channel> closer;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param closer ends what a channel carries in order, soon, and closes the channel
   */
  public Channels(Consumer<Channel> closer) {
    this.closer = closer;
  }

  /** Closes the channel if it comes too late. */
  public void add(Channel channel) {
    open.add(channel);
    channel.closeFuture().addListener(gone -> open.remove(channel));
    if (closed) {
      channel.close();
    }
  }

  /** Begins to close all. */
  public void close() {
    closed = true;
    open.forEach(closer);
  }

  /** Waits until all are gone, but not longer than this; those left are then closed as they are. */
  public void awaitNone(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Channel channel : open) {
      channel
          .closeFuture()
          .awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
    open.forEach(Channel::close);
  }
}
