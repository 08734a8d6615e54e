package io.agentchannel.mqtt;

import io.agentchannel.netty.internal.BusyPolling;
import io.agentchannel.netty.internal.ClosingLoop;
import io.agentchannel.spi.Options;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one thread of the connection to a broker, a daemon. Thread-safe. */
final class BrokerLoop {
  private static final long END_MILLIS = 1_000;

  /** A round trip is two to the broker and back. */
  private static final Duration POLLING = Duration.ofNanos(200_000);

  /** Its sockets are of the kind that the client library takes, by the same question. */
  private final EventLoopGroup group;

  /**
   * @param largest bytes of the largest packet that a broker may send
   */
  BrokerLoop(int largest, Options options) {
    this.group =
        new Group(
            largest,
            new DefaultThreadFactory("agentchannel-mqtt", /* daemon= */ true),
            BusyPolling.sockets(options, POLLING));
  }

  /** Puts a {@link Sieve} into each connection; the client library has no place for it. */
  private static final class Group extends MultiThreadIoEventLoopGroup {
    Group(int largest, ThreadFactory threads, IoHandlerFactory handlers) {
      super(1, threads, handlers, largest);
    }

    /** Called while this is being made: what it needs comes as arguments. */
    @Override
    protected IoEventLoop newChild(
        Executor executor, IoHandlerFactory handlers, Object... arguments) {
      int largest = (Integer) arguments[0];
      return new ClosingLoop(this, executor, handlers) {
        @Override
        public ChannelFuture register(ChannelPromise promise) {
          promise.channel().pipeline().addFirst(Sieve.setter(largest));
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

  /** Closes what is open, and ends the thread. */
  void close() {
    group.shutdownGracefully(/* quietPeriod= */ 0, END_MILLIS, TimeUnit.MILLISECONDS);
    if (!isCurrent()) {
      group.terminationFuture().awaitUninterruptibly(END_MILLIS);
    }
  }
}
