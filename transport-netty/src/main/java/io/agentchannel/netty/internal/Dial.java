package io.agentchannel.netty.internal;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.TransportContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an endpoint: its name is resolved, its addresses are tried in turn (or those
 * of the proxy that the context names), then TLS and what the protocol says first. Ends with what
 * the protocol makes of the connection or with the reason why not, once; whoever completes the
 * future first, a canceller say, ends the attempt and closes its socket.
 *
 * @param <T> what becomes of the connection
 */
public final class Dial<T> implements Attempt<T> {
  /** What is left after this stays with the last address. */
  private static final int SHORTEST_TRY_MILLIS = 1000;

  private final Endpoint endpoint;
  private final Duration timeout;
  private final Protocol<T> protocol;
  private final EventLoops loops;
  private final EventLoopGroup group;
  private final TransportContext context;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile @Nullable Tunnel tunnel;
  private volatile @Nullable Channel channel;

  private Dial(
      Endpoint endpoint,
      Duration timeout,
      Protocol<T> protocol,
      EventLoops loops,
      EventLoopGroup group,
      TransportContext context) {
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.protocol = protocol;
    this.loops = loops;
    this.group = group;
    this.context = context;
  }

  /** The client's side of a protocol. */
  public interface Protocol<T> {

    /**
     * Before an address that the name resolved to is tried; refuses it with an exception. Through a
     * proxy only an endpoint that is an address itself is asked about: names are the proxy's to
     * resolve.
     */
    default void check(InetAddress address) {}

    /**
     * Adds handlers to a connection that begins. They end the attempt with {@link Dial#succeed} or
     * {@link Dial#fail}; TLS, where there is any, tells them by its user event.
     */
    void initialize(Channel channel, Dial<T> dial);

    /** Closes what came too late. */
    void discard(T made);
  }

  /**
   * @param group the event loops to choose from; one loop is a group of one
   */
  public static <T> CompletableFuture<T> start(
      Endpoint endpoint,
      Duration timeout,
      Protocol<T> protocol,
      EventLoops loops,
      EventLoopGroup group,
      TransportContext context) {
    Dial<T> dial = new Dial<>(endpoint, timeout, protocol, loops, group, context);
    try {
      dial.limit();
      context.workers().execute(dial::resolve);
    } catch (RejectedExecutionException closed) {
      dial.fail(closed);
    }
    return dial.result;
  }

  private void limit() {
    Future<?> limit =
        context
            .timers()
            .schedule(
                () -> fail(Code.UNAVAILABLE, "no answer within " + timeout),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    result.whenComplete(
        (made, failure) -> {
          limit.cancel(false);
          if (failure != null) {
            abandon();
          }
        });
  }

  /** On a worker: the JDK's resolver blocks, and so may reading certificates. */
  private void resolve() {
    try {
      SSLContext tls = endpoint.isTls() ? context.tls().client() : null;
      HttpProxy proxy = context.proxy(endpoint.host(), endpoint.port());
      if (proxy == null) {
        connect(InetAddress.getAllByName(endpoint.host()), 0, tls);
      } else {
        tunnel = new Tunnel(endpoint, proxy);
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
        if (literal != null) {
          protocol.check(InetAddress.getByAddress(literal));
        }
        connect(InetAddress.getAllByName(proxy.host()), 0, tls);
      }
    } catch (UnknownHostException failure) {
      unreachable(failure);
    } catch (RuntimeException failure) {
      fail(failure);
    }
  }

  private void connect(InetAddress[] addresses, int next, @Nullable SSLContext tls) {
    if (result.isDone()) {
      return;
    }
    Tunnel through = tunnel;
    if (through == null) {
      protocol.check(addresses[next]);
    }
    EventLoop loop = group.next();
    // There, so that the loop does not end in the middle of it.
    loop.execute(() -> connect(loop, addresses, next, tls));
  }

  private void connect(
      EventLoop loop, InetAddress[] addresses, int next, @Nullable SSLContext tls) {
    if (result.isDone()) {
      return;
    }
    if (loop.isShuttingDown()) {
      fail(Code.UNAVAILABLE, "the transport is closed");
      return;
    }
    Tunnel through = tunnel;
    int port = through == null ? endpoint.port() : through.proxy().port();
    InetSocketAddress address = new InetSocketAddress(addresses[next], port);
    int left = addresses.length - next;
    int patience = (int) Math.max(SHORTEST_TRY_MILLIS, timeout.toMillis() / left);
    ChannelFuture connecting =
        new Bootstrap()
            .disableResolver()
            .group(loop)
            .channel(loops.socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patience)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    if (through != null) {
                      made.pipeline().addLast(through.handler(address));
                    }
                    initialize(made, tls);
                  }
                })
            .connect(
                through == null
                    ? address
                    : InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()));
    channel = connecting.channel();
    // Given up while there was no channel yet. It may also have succeeded already, and stays.
    if (result.isCompletedExceptionally()) {
      abandon();
    }
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            if (left > 1) {
              connectNext(addresses, next + 1, tls);
            } else {
              unreachable(done.cause());
            }
          }
        });
  }

  private void unreachable(Throwable failure) {
    Tunnel through = tunnel;
    fail(through == null ? failure : through.unreachable(failure));
  }

  private void connectNext(InetAddress[] addresses, int next, @Nullable SSLContext tls) {
    try {
      connect(addresses, next, tls);
    } catch (RuntimeException refused) {
      fail(refused);
    }
  }

  private void initialize(Channel made, @Nullable SSLContext tls) {
    if (tls != null) {
      SslHandler handler =
          new SslHandler(
              Tls.clientEngine(tls, context.tls(), endpoint.host(), endpoint.port()),
              context.workers());
      handler.setHandshakeTimeoutMillis(timeout.toMillis());
      made.pipeline().addLast(handler);
    }
    protocol.initialize(made, this);
  }

  private void abandon() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void succeed(T made) {
    if (!result.complete(made)) {
      protocol.discard(made);
    }
  }

  @Override
  public void fail(Code code, String what) {
    fail(Problems.of(code, endpoint, what, null));
  }

  @Override
  public void fail(Throwable failure) {
    Tunnel through = tunnel;
    AgentException problem = through == null ? null : through.problem(failure);
    result.completeExceptionally(
        problem == null ? Problems.connecting(endpoint, failure) : problem);
  }
}
