package io.agentchannel.http.internal.server;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may be slow until its connection is closed. It looks only now and then, since
 * there are many connections and each look wakes a thread. Belongs to the connection's event loop.
 */
final class Patience {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long CHECK = TimeUnit.SECONDS.toNanos(10);

  /** While nothing moves. */
  private static final long QUIET_CHECK = TimeUnit.SECONDS.toNanos(30);

  private static final long READ_PATIENCE = TimeUnit.SECONDS.toNanos(20);
  private static final long REQUEST_PATIENCE = TimeUnit.MINUTES.toNanos(2);

  /** For a client that takes nothing of what it asked for. */
  private static final long WRITE_PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private static final long IDLE_PATIENCE = TimeUnit.SECONDS.toNanos(90);

  /** What is waited for. */
  private enum For {
    A_REQUEST,
    ITS_REST,
    US
  }

  private For waiting = For.A_REQUEST;
  private long since;
  private long begun;
  private long unsent;
  private long sentSince;
  private @Nullable ScheduledFuture<?> check;

  /** The connection is there. */
  void start(ChannelHandlerContext ctx) {
    since = now(ctx);
    checkIn(ctx, CHECK);
  }

  /** The connection waits for its next request, or for its end. */
  void isIdle(ChannelHandlerContext ctx) {
    waiting = For.A_REQUEST;
    since = now(ctx);
  }

  /** A request begins. */
  void requestBegins(ChannelHandlerContext ctx) {
    waiting = For.ITS_REST;
    since = now(ctx);
    begun = since;
  }

  /** Something of the request has come. */
  void requestGoesOn(ChannelHandlerContext ctx) {
    since = now(ctx);
  }

  /** The request is there, and it is not the client who is slow. */
  void requestIsThere() {
    waiting = For.US;
  }

  /** The client takes what is sent, or has stopped to. */
  void writabilityChanged(ChannelHandlerContext ctx) {
    sentSince = now(ctx);
  }

  void stop() {
    if (check != null) {
      check.cancel(false);
    }
  }

  private static long now(ChannelHandlerContext ctx) {
    return ctx.executor().ticker().nanoTime();
  }

  private void checkIn(ChannelHandlerContext ctx, long nanos) {
    // At full seconds: one waking serves many connections.
    long more = SECOND - 1 - Math.floorMod(now(ctx) + nanos - 1, SECOND);
    check = ctx.executor().schedule(() -> check(ctx), nanos + more, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext ctx) {
    long now = now(ctx);
    long left = ctx.channel().bytesBeforeWritable();
    if (left != unsent) {
      unsent = left;
      sentSince = now;
    }
    long patience =
        left > 0
            ? WRITE_PATIENCE - (now - sentSince)
            : switch (waiting) {
              case A_REQUEST -> IDLE_PATIENCE - (now - since);
              case ITS_REST ->
                  Math.min(READ_PATIENCE - (now - since), REQUEST_PATIENCE - (now - begun));
              case US -> Long.MAX_VALUE;
            };
    if (patience <= 0) {
      ctx.close();
    } else {
      boolean moving = left > 0 || waiting == For.ITS_REST;
      checkIn(ctx, Math.min(patience, moving ? CHECK : QUIET_CHECK));
    }
  }
}
