package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.TransportContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an endpoint: its name is resolved, its addresses are tried in turn, then TLS
 * and the upgrade. Ends with a link or with the reason why not, once; whoever completes the future
 * first, a canceller say, ends the attempt and closes its socket.
 */
final class Dial {
  /** What is left after this stays with the last address. */
  private static final int SHORTEST_TRY_MILLIS = 1000;

  private final Endpoint endpoint;
  private final Settings settings;
  private final EventLoops loops;
  private final Channels channels;
  private final Executor workers;
  private final CompletableFuture<Link> link = new CompletableFuture<>();
  private volatile @Nullable Channel channel;

  private Dial(
      Endpoint endpoint, Settings settings, EventLoops loops, Channels channels, Executor workers) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.loops = loops;
    this.channels = channels;
    this.workers = workers;
  }

  static CompletableFuture<Link> start(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      Channels channels,
      TransportContext context) {
    Dial dial = new Dial(endpoint, settings, loops, channels, context.workers());
    try {
      dial.limit(context.timers());
      context
          .workers()
          .execute(
              () -> {
                try {
                  // The JDK's resolver blocks, and so may reading certificates.
                  SSLContext tls = endpoint.isTls() ? context.tls().client() : null;
                  dial.connect(InetAddress.getAllByName(endpoint.host()), 0, tls);
                } catch (UnknownHostException | RuntimeException failure) {
                  dial.fail(failure);
                }
              });
    } catch (RejectedExecutionException closed) {
      dial.fail(closed);
    }
    return dial.link;
  }

  private void limit(ScheduledExecutorService timers) {
    Future<?> limit =
        timers.schedule(
            () -> fail(Code.UNAVAILABLE, "no answer within " + settings.connectTimeout()),
            settings.connectTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
    link.whenComplete(
        (made, failure) -> {
          limit.cancel(false);
          if (failure != null) {
            abandon();
          }
        });
  }

  private void connect(InetAddress[] addresses, int next, @Nullable SSLContext tls) {
    if (link.isDone()) {
      return;
    }
    int left = addresses.length - next;
    int patience = (int) Math.max(SHORTEST_TRY_MILLIS, settings.connectTimeout().toMillis() / left);
    ChannelFuture connecting =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patience)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Outgoing.WATER_MARK)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    initialize(made, tls);
                  }
                })
            .connect(new InetSocketAddress(addresses[next], endpoint.port()));
    channel = connecting.channel();
    // Given up while there was no channel yet. It may also be a link already, which stays.
    if (link.isCompletedExceptionally()) {
      abandon();
    }
    connecting.addListener(
        result -> {
          if (!result.isSuccess()) {
            if (left > 1) {
              connect(addresses, next + 1, tls);
            } else {
              fail(result.cause());
            }
          }
        });
  }

  private void initialize(Channel made, @Nullable SSLContext tls) {
    channels.add(made);
    if (tls != null) {
      SslHandler handler =
          new SslHandler(Tls.clientEngine(tls, endpoint.host(), endpoint.port()), workers);
      handler.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
      made.pipeline().addLast(handler);
    }
    made.pipeline()
        .addLast(
            new HttpClientCodec(HttpLimits.LINE, HttpLimits.HEADERS, HttpLimits.CHUNK),
            new ClientUpgrade(endpoint, settings, this));
  }

  private void abandon() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  void succeed(WebSocketLink made) {
    if (!link.complete(made)) {
      made.close();
    }
  }

  void fail(Code code, String what) {
    fail(Problems.of(code, endpoint, what, null));
  }

  void fail(Throwable failure) {
    AgentException problem = Problems.connecting(endpoint, failure);
    link.completeExceptionally(problem);
  }
}
