package io.agentchannel.netty.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Event loops in turn. Netty's own group listens to the end of each loop, which starts Netty's
 * global thread; that one is no daemon, and would keep a program up for a second after its agent
 * has closed.
 */
final class RoundRobin extends AbstractEventExecutorGroup implements EventLoopGroup {
  private final List<EventLoop> loops;
  private final AtomicInteger turn = new AtomicInteger();

  RoundRobin(List<EventLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  @Override
  public EventLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return next().register(channel);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    return next().register(promise);
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    return next().register(channel, promise);
  }

  @Override
  public Iterator<EventExecutor> iterator() {
    return List.<EventExecutor>copyOf(loops).iterator();
  }

  /** The last loop's; each is waited for by itself. */
  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    for (EventLoop loop : loops) {
      loop.shutdownGracefully(quietPeriod, timeout, unit);
    }
    return terminationFuture();
  }

  @Override
  public Future<?> terminationFuture() {
    return loops.get(loops.size() - 1).terminationFuture();
  }

  @Override
  @Deprecated
  public void shutdown() {
    loops.forEach(EventLoop::shutdown);
  }

  @Override
  public boolean isShuttingDown() {
    return loops.stream().allMatch(EventLoop::isShuttingDown);
  }

  @Override
  public boolean isShutdown() {
    return loops.stream().allMatch(EventLoop::isShutdown);
  }

  @Override
  public boolean isTerminated() {
    return loops.stream().allMatch(EventLoop::isTerminated);
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long end = System.nanoTime() + unit.toNanos(timeout);
    for (EventLoop loop : loops) {
      if (!loop.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return true;
  }
}
