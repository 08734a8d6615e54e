package io.agentchannel.netty.internal;

import io.agentchannel.spi.Binding;
import io.agentchannel.spi.TransportContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A bound TCP port, and who gets the connections that it takes. Thread-safe. */
final class Port extends ChannelInitializer<Channel> {
  static final String HTTP2 = "h2";

  private static final int MOST_HALF_OPEN = 512;
  private static final long CLOSE_PATIENCE_MILLIS = 1000;

  private final EventLoops loops;
  private final Channels incoming;
  private final TransportContext context;
  private final @Nullable SSLContext tls;
  private final List<PortUser> users = new CopyOnWriteArrayList<>();
  private final HalfOpen halfOpen = new HalfOpen(MOST_HALF_OPEN);
  private final CompletableFuture<Channel> bound = new CompletableFuture<>();
  private volatile @Nullable Channel socket;

  Port(EventLoops loops, Channels incoming, TransportContext context, @Nullable SSLContext tls) {
    this.loops = loops;
    this.incoming = incoming;
    this.context = context;
    this.tls = tls;
  }

  /** Completes with the listening socket, or fails as binding it has failed. */
  CompletableFuture<Channel> bind(InetSocketAddress address) {
    EventLoop loop = loops.group().next();
    // There, so that the loop does not end in the middle of it.
    loop.execute(() -> bind(loop, address));
    return bound;
  }

  private void bind(EventLoop loop, InetSocketAddress address) {
    if (loop.isShuttingDown()) {
      bound.completeExceptionally(new RejectedExecutionException("the transport is closed"));
      return;
    }
    ChannelFuture binds =
        new ServerBootstrap()
            .group(loop, loops.group())
            .channel(loops.serverSocket())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(this)
            .bind(address);
    socket = binds.channel();
    binds.addListener(
        done -> {
          if (done.isSuccess()) {
            bound.complete(binds.channel());
          } else {
            bound.completeExceptionally(done.cause());
          }
        });
  }

  CompletableFuture<Channel> bound() {
    return bound;
  }

  boolean isTls() {
    return tls != null;
  }

  List<PortUser> users() {
    return users;
  }

  HalfOpen halfOpen() {
    return halfOpen;
  }

  @Override
  protected void initChannel(Channel channel) {
    incoming.add(channel);
    Set<String> protocols = new LinkedHashSet<>();
    users.forEach(user -> protocols.addAll(user.protocols()));
    if (tls != null) {
      channel
          .pipeline()
          .addLast(
              new SslHandler(
                  Tls.serverEngine(tls, context.tls(), List.copyOf(protocols)), context.workers()));
    }
    channel.pipeline().addLast(new FirstBytes(this, protocols.contains(HTTP2)));
  }

  @Override
  public boolean isSharable() {
    return true;
  }

  /** Waits for the port to be free, unless that would be the event loop waiting for itself. */
  void close() {
    Channel open = socket;
    if (open != null) {
      ChannelFuture closing = open.close();
      if (!loops.isCurrent()) {
        closing.awaitUninterruptibly(CLOSE_PATIENCE_MILLIS);
      }
    }
  }

  /** One user's share of the port. */
  record Share(Network network, Port port, PortUser user) implements Binding {

    @Override
    public URI endpoint() {
      Channel channel = port.socket;
      return channel != null && channel.localAddress() instanceof InetSocketAddress address
          ? user.endpoint().withPort(address.getPort())
          : user.endpoint().uri();
    }

    @Override
    public void close() {
      network.leave(port, user);
    }
  }
}
