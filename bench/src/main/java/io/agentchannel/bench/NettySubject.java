package io.agentchannel.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Netty's WebSocket codec at both ends, tuned: native sockets where there are some, TCP_NODELAY,
 * and what one read has brought is answered with one flush. An event loop for each end.
 */
final class NettySubject implements RawSubject {
  private static final int HTTP_BYTES = 8192;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private final EventLoopGroup serverLoop = loop("netty-server");
  private final EventLoopGroup clientLoop = loop("netty-client");
  private final int port;
  private final NettyClientEnd end;
  private final Channel client;

  private NettySubject() throws InterruptedException {
    Channel server =
        new ServerBootstrap()
            .group(serverLoop)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                pipeline(
                    () ->
                        new ChannelHandler[] {
                          new HttpServerCodec(),
                          new HttpObjectAggregator(HTTP_BYTES),
                          new WebSocketServerProtocolHandler("/"),
                          new NettyServerEnd()
                        }))
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    this.port = ((InetSocketAddress) server.localAddress()).getPort();
    this.end = new NettyClientEnd();
    this.client = connect(end);
  }

  static NettySubject open() throws InterruptedException {
    return new NettySubject();
  }

  private static EventLoopGroup loop(String name) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(name, /* daemon= */ true), io);
  }

  private Channel connect(NettyClientEnd end) throws InterruptedException {
    URI uri = URI.create("ws://127.0.0.1:" + port + "/");
    Channel channel =
        new Bootstrap()
            .group(clientLoop)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                pipeline(
                    () ->
                        new ChannelHandler[] {
                          new HttpClientCodec(),
                          new HttpObjectAggregator(HTTP_BYTES),
                          new WebSocketClientProtocolHandler(
                              uri,
                              WebSocketVersion.V13,
                              null,
                              false,
                              new DefaultHttpHeaders(),
                              2 * MESSAGE_BYTES),
                          end
                        }))
            .connect("127.0.0.1", port)
            .sync()
            .channel();
    if (!end.upgraded.await(10, TimeUnit.SECONDS)) {
      throw new StalledException("Netty's client does not connect");
    }
    return channel;
  }

  private static ChannelHandler pipeline(java.util.function.Supplier<ChannelHandler[]> handlers) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(handlers.get());
      }
    };
  }

  @Override
  public void loop(int count, int atOnce, @Nullable Histogram nanos) {
    byte[] message = new byte[MESSAGE_BYTES];
    ClosedLoop loop = new ClosedLoop(count, () -> send(message), nanos);
    end.onMessage = loop::onReply;
    loop.run(atOnce);
  }

  private void send(byte[] message) {
    BinaryWebSocketFrame frame = new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message));
    if (client.eventLoop().inEventLoop()) {
      // The end of the read flushes.
      client.write(frame, client.voidPromise());
    } else {
      client.writeAndFlush(frame, client.voidPromise());
    }
  }

  @Override
  public void stream(int count) {
    Arrivals arrivals = new Arrivals(count);
    end.onMessage = arrivals::add;
    client.writeAndFlush(new BinaryWebSocketFrame(Unpooled.copyInt(count)), client.voidPromise());
    arrivals.await();
  }

  @Override
  public AutoCloseable connectAnother() throws InterruptedException {
    Channel another = connect(new NettyClientEnd());
    return () -> another.close().sync();
  }

  @Override
  public void close() {
    clientLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    serverLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
