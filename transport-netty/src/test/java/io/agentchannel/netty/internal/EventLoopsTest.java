package io.agentchannel.netty.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Sockets that are made while their threads end are closed. */
class EventLoopsTest {
  /** A loop that only looks at what it has before it ends leaves one open in a few. */
  private static final int ROUNDS = 300;

  @Test
  void noSocketOutlivesThreadsThatEndAtOnce() {
    for (int round = 0; round < ROUNDS; round++) {
      EventLoops loops = new EventLoops(new NoOptions());
      Queue<Channel> made = new ConcurrentLinkedQueue<>();
      Channel listening = listen(loops, made);
      for (int i = 0; i < 1 + round % 4; i++) {
        connect(loops, (InetSocketAddress) listening.localAddress(), made);
      }
      for (int i = 0; i < round % 7; i++) {
        Thread.onSpinWait();
      }

      loops.close(0);

      assertThat(made).as("round %s", round).noneMatch(Channel::isOpen);
    }
  }

  private static Channel listen(EventLoops loops, Queue<Channel> made) {
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.serverSocket())
        .handler(collector(made))
        .childHandler(collector(made))
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .syncUninterruptibly()
        .channel();
  }

  private static void connect(EventLoops loops, InetSocketAddress address, Queue<Channel> made) {
    try {
      made.add(
          new Bootstrap()
              .group(loops.group())
              .channel(loops.socket())
              .handler(new ChannelInboundHandlerAdapter())
              .connect(address)
              .channel());
    } catch (RejectedExecutionException ended) {
      // Then there is no socket.
    }
  }

  private static ChannelInitializer<Channel> collector(Queue<Channel> made) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        made.add(channel);
      }
    };
  }
}
