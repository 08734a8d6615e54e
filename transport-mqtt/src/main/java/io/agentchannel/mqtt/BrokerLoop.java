package io.agentchannel.mqtt;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/** The one thread of the connection to a broker, a daemon. Thread-safe. */
final class BrokerLoop {
  private static final long CONNECTING_MILLIS = 50;
  private static final long END_MILLIS = 1_000;

  /** Of the kind that the client library takes for its sockets, by the same question. */
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1,
          new DefaultThreadFactory("agentchannel-mqtt", /* daemon= */ true),
          Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

  EventLoopGroup group() {
    return group;
  }

  boolean isCurrent() {
    for (EventExecutor loop : group) {
      if (loop.inEventLoop()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Closes what is open, and ends the thread.
   *
   * @param connecting a socket may be made just now, and has to be waited for
   */
  void close(boolean connecting) {
    // Not 0: an event loop that is told so while it runs tasks ends without closing its sockets.
    long quiet = connecting ? CONNECTING_MILLIS : 1;
    group.shutdownGracefully(quiet, END_MILLIS, TimeUnit.MILLISECONDS);
    if (!isCurrent()) {
      group.terminationFuture().awaitUninterruptibly(END_MILLIS);
    }
  }
}
