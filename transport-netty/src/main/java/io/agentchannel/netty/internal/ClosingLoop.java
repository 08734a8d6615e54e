package io.agentchannel.netty.internal;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that ends with all its sockets closed. Netty's own closes those that it has when it
 * begins a round after it was told to end; with no quiet period there may be no such round, and
 * what is registered later stays open in any case. Thread-safe.
 */
public class ClosingLoop extends SingleThreadIoEventLoop {
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();

  ClosingLoop(ThreadFactory threads, IoHandlerFactory handlers) {
    super(/* parent= */ null, threads, handlers);
  }

  /** One of a group of Netty's. */
  public ClosingLoop(
      @Nullable IoEventLoopGroup parent, Executor executor, IoHandlerFactory handlers) {
    super(parent, executor, handlers);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    Channel channel = promise.channel();
    open.add(channel);
    channel.closeFuture().addListener(closed -> open.remove(channel));
    return super.register(promise);
  }

  /** Asked after each round, and a last time when nothing more can be registered. */
  @Override
  protected boolean confirmShutdown() {
    boolean ending = super.confirmShutdown();
    if (ending) {
      for (Channel channel : open) {
        // Not by way of the pipeline: the channel may wait for its registration.
        channel.unsafe().close(channel.unsafe().voidPromise());
      }
    }
    return ending;
  }
}
