package io.agentchannel.netty.internal;

import io.agentchannel.spi.Options;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The threads of one agent's sockets, and the kind of sockets they serve. Thread-safe. */
public final class EventLoops {
  /** Packets need little work here; a thread more is a hand-over more, not a gain. */
  private static final int THREADS =
      Math.min(4, Math.max(2, Runtime.getRuntime().availableProcessors() / 2));

  private static final Duration POLLING = Duration.ofNanos(100_000);

  private static final boolean EPOLL = Epoll.isAvailable();

  /** Their threads start with their first channel. */
  private final List<EventLoop> loops;

  private final EventLoopGroup group;

  EventLoops(Options options) {
    ThreadFactory threads = new DefaultThreadFactory("agentchannel-net", /* daemon= */ true);
    IoHandlerFactory handlers = BusyPolling.sockets(options, POLLING);
    loops =
        Stream.<EventLoop>generate(() -> new ClosingLoop(threads, handlers))
            .limit(THREADS)
            .toList();
    group = new RoundRobin(loops);
  }

  public EventLoopGroup group() {
    return group;
  }

  public Class<? extends Channel> socket() {
    return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  public Class<? extends ServerChannel> serverSocket() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Whether the caller is one of the threads, and so must not wait for them. */
  public boolean isCurrent() {
    return loops.stream().anyMatch(EventLoop::inEventLoop);
  }

  /** Closes what is still open after the grace, and ends the threads. */
  void close(long graceMillis) {
    group.shutdownGracefully(graceMillis, 2 * graceMillis + 1, TimeUnit.MILLISECONDS);
    if (isCurrent()) {
      return;
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * graceMillis + 1000);
    for (EventLoop loop : loops) {
      loop.terminationFuture()
          .awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }
}
