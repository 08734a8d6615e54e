package io.agentchannel.websocket;

import io.agentchannel.spi.Binding;
import io.agentchannel.spi.TransportContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A bound port, and what becomes of the connections that it takes. Thread-safe. */
final class Listener extends ChannelInitializer<Channel> implements Binding {
  private static final int MOST_HALF_OPEN = 512;
  private static final long CLOSE_PATIENCE_MILLIS = 1000;

  private final Endpoint endpoint;
  private final Settings settings;
  private final EventLoops loops;
  private final Channels channels;
  private final TransportContext context;
  private final @Nullable SSLContext tls;
  private final HalfOpen halfOpen = new HalfOpen(MOST_HALF_OPEN);
  private volatile @Nullable Channel socket;
  private volatile boolean closed;

  private Listener(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      Channels channels,
      TransportContext context,
      @Nullable SSLContext tls) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.loops = loops;
    this.channels = channels;
    this.context = context;
    this.tls = tls;
  }

  static CompletableFuture<Binding> open(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      Channels channels,
      TransportContext context) {
    CompletableFuture<Binding> binding = new CompletableFuture<>();
    try {
      context
          .workers()
          .execute(
              () -> {
                try {
                  SSLContext tls = endpoint.isTls() ? context.tls().server() : null;
                  InetAddress address = InetAddress.getByName(endpoint.host());
                  new Listener(endpoint, settings, loops, channels, context, tls)
                      .bind(new InetSocketAddress(address, endpoint.port()), binding);
                } catch (UnknownHostException | RuntimeException failure) {
                  binding.completeExceptionally(Problems.listening(endpoint, failure));
                }
              });
    } catch (RejectedExecutionException closed) {
      binding.completeExceptionally(Problems.listening(endpoint, closed));
    }
    return binding;
  }

  private void bind(InetSocketAddress address, CompletableFuture<Binding> binding) {
    ChannelFuture binds =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverSocket())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Outgoing.WATER_MARK)
            .childHandler(this)
            .bind(address);
    socket = binds.channel();
    binds.addListener(
        result -> {
          if (!result.isSuccess()) {
            binding.completeExceptionally(Problems.listening(endpoint, result.cause()));
            return;
          }
          channels.add(binds.channel());
          if (!binding.complete(this)) {
            close();
          }
        });
  }

  @Override
  protected void initChannel(Channel channel) {
    channels.add(channel);
    if (tls != null) {
      channel.pipeline().addLast(new SslHandler(Tls.serverEngine(tls), context.workers()));
    }
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(HttpLimits.LINE, HttpLimits.HEADERS, HttpLimits.CHUNK),
            new HttpObjectAggregator(HttpLimits.CHUNK, /* closeOnExpectationFailed= */ true),
            new ServerUpgrade(endpoint, settings, context, halfOpen, () -> !closed));
  }

  @Override
  public boolean isSharable() {
    return true;
  }

  @Override
  public URI endpoint() {
    Channel bound = socket;
    return bound != null && bound.localAddress() instanceof InetSocketAddress address
        ? endpoint.withPort(address.getPort())
        : endpoint.uri();
  }

  /** Waits for the port to be free, unless that would be the event loop waiting for itself. */
  @Override
  public void close() {
    closed = true;
    Channel bound = socket;
    if (bound != null) {
      ChannelFuture closing = bound.close();
      if (!loops.isCurrent()) {
        closing.awaitUninterruptibly(CLOSE_PATIENCE_MILLIS);
      }
    }
  }
}
