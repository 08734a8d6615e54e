package io.agentchannel.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one thread of the connection to a broker, a daemon. Thread-safe. */
final class BrokerLoop {
  private static final long CONNECTING_MILLIS = 50;
  private static final long END_MILLIS = 1_000;

  /** Of the kind that the client library takes for its sockets, by the same question. */
  private final EventLoopGroup group;

  private final Set<Channel> open = ConcurrentHashMap.newKeySet();

  /**
   * @param largest bytes of the largest packet that a broker may send
   */
  BrokerLoop(int largest) {
    this.group =
        new Group(
            largest,
            open,
            new DefaultThreadFactory("agentchannel-mqtt", /* daemon= */ true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /** Puts a {@link Sieve} into each connection; the client library has no place for it. */
  private static final class Group extends MultiThreadIoEventLoopGroup {
    Group(int largest, Set<Channel> open, ThreadFactory threads, IoHandlerFactory handlers) {
      super(1, threads, handlers, largest, open);
    }

    /** Called while this is being made: what it needs comes as arguments. */
    @Override
    @SuppressWarnings("unchecked")
    protected IoEventLoop newChild(
        Executor executor, IoHandlerFactory handlers, Object... arguments) {
      int largest = (Integer) arguments[0];
      Set<Channel> open = (Set<Channel>) arguments[1];
      return new SingleThreadIoEventLoop(this, executor, handlers) {
        @Override
        public ChannelFuture register(ChannelPromise promise) {
          Channel channel = promise.channel();
          channel.pipeline().addFirst(Sieve.setter(largest));
          open.add(channel);
          channel.closeFuture().addListener(closed -> open.remove(channel));
          return super.register(promise);
        }
      };
    }
  }

  EventLoopGroup group() {
    return group;
  }

  /** Runs it on the one thread and never in place; false if that has ended. */
  boolean execute(Runnable task) {
    try {
      group.next().execute(task);
      return true;
    } catch (RejectedExecutionException shutDown) {
      return false;
    }
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
    // A loop that ends at once may leave sockets open, and one that does not takes its 100 ms.
    EventExecutor loop = group.next();
    loop.execute(
        () -> {
          List.copyOf(open).forEach(Channel::close);
          long quiet = connecting ? CONNECTING_MILLIS : 0;
          group.shutdownGracefully(quiet, END_MILLIS, TimeUnit.MILLISECONDS);
        });
    if (!isCurrent()) {
      group.terminationFuture().awaitUninterruptibly(END_MILLIS);
    }
  }
}
