package io.agentchannel.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings a silent plain client, and ends its link if it stays silent (RFC 6455, section 5.5.2). SDK
 * links do without: the core asks its peer itself, and so measures the whole way.
 */
final class KeepAlive extends ChannelInboundHandlerAdapter {
  private final WebSocketLink link;
  private final long interval;
  private final long timeout;
  private long heardAt;
  private boolean asked;
  private long askedAt;
  private @Nullable ScheduledFuture<?> check;

  KeepAlive(WebSocketLink link, Duration interval, Duration timeout) {
    this.link = link;
    this.interval = interval.toNanos();
    this.timeout = timeout.toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    heardAt = System.nanoTime();
    checkIn(ctx, interval);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (check != null) {
      check.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    heardAt = System.nanoTime();
    asked = false;
    ctx.fireChannelRead(message);
  }

  private void checkIn(ChannelHandlerContext ctx, long nanos) {
    check = ctx.executor().schedule(() -> check(ctx), nanos, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext ctx) {
    long now = System.nanoTime();
    long silent = now - heardAt;
    if (silent < interval) {
      checkIn(ctx, interval - silent);
      return;
    }
    // The time-out counts from the ping, so that a loop that was busy itself blames nobody.
    if (!asked) {
      asked = true;
      askedAt = now;
      ctx.writeAndFlush(new PingWebSocketFrame());
    }
    long left = timeout - (now - askedAt);
    if (left > 0) {
      checkIn(ctx, Math.min(interval, left));
    } else {
      link.silentFor(Duration.ofNanos(silent));
    }
  }
}
