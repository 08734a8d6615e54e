package io.agentchannel.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * POSTs with OkHttp's asynchronous calls to an echo of Netty's HTTP/1.1 codec, tuned: as many
 * requests to one host as are asked for, TCP_NODELAY. It has no streams: each item is a request.
 */
final class OkHttpSubject implements RawSubject {
  private static final int LARGEST_BODY = 64 * 1024;

  private final EventLoopGroup serverLoop =
      new MultiThreadIoEventLoopGroup(
          1,
          new DefaultThreadFactory("http-server", /* daemon= */ true),
          Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final OkHttpClient client = new OkHttpClient();
  private final String url;

  private OkHttpSubject() throws InterruptedException {
    Channel server =
        new ServerBootstrap()
            .group(serverLoop)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(LARGEST_BODY),
                            new Echo());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    this.url = "http://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort() + "/";
    client.dispatcher().setMaxRequests(1024);
    client.dispatcher().setMaxRequestsPerHost(1024);
  }

  static OkHttpSubject open() throws InterruptedException {
    return new OkHttpSubject();
  }

  @Override
  public void loop(int count, int atOnce, @Nullable Histogram nanos) {
    byte[] message = new byte[MESSAGE_BYTES];
    Posts posts = new Posts();
    ClosedLoop loop = new ClosedLoop(count, () -> post(message, posts), nanos);
    posts.loop = loop;
    loop.run(atOnce);
  }

  private void post(byte[] message, Callback callback) {
    client
        .newCall(
            new Request.Builder()
                .url(url)
                .post(RequestBody.create(message, MediaType.get("application/octet-stream")))
                .build())
        .enqueue(callback);
  }

  /** A request for each, as many under way as elsewhere. */
  @Override
  public void stream(int count) {
    loop(count, Figure.AT_ONCE, null);
  }

  private static final class Posts implements Callback {
    private volatile @Nullable ClosedLoop loop;

    @Override
    public void onFailure(Call call, IOException failure) {
      ClosedLoop running = loop;
      if (running != null) {
        running.fail(failure);
      }
    }

    @Override
    public void onResponse(Call call, Response response) {
      ClosedLoop running = loop;
      try (response) {
        response.body().bytes();
        if (running != null) {
          running.onReply();
        }
      } catch (IOException failure) {
        onFailure(call, failure);
      }
    }
  }

  /** One more client with a connection of its own. */
  @Override
  public AutoCloseable connectAnother() throws IOException {
    OkHttpClient another = new OkHttpClient();
    try (Response response =
        another
            .newCall(
                new Request.Builder()
                    .url(url)
                    .post(RequestBody.create(new byte[MESSAGE_BYTES]))
                    .build())
            .execute()) {
      response.body().bytes();
    }
    return () -> close(another);
  }

  private static void close(OkHttpClient client) {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  @Override
  public void close() {
    close(client);
    serverLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class Echo extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.OK,
              Unpooled.wrappedBuffer(request.content().retain()));
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      ctx.writeAndFlush(response, ctx.voidPromise());
    }
  }
}
