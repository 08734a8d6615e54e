package io.agentchannel.netty.internal;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives an HTTP/1.1 connection to the user of the port that wants its request, and to another when
 * a later one asks for that. Who has not asked anything within ten seconds is cut off.
 */
public final class Requests extends ChannelInboundHandlerAdapter {
  private static final int PATIENCE_SECONDS = 10;

  private final Port port;
  private @Nullable PortUser user;
  private @Nullable Future<?> patience;

  Requests(Port port) {
    this.port = port;
  }

  /** The connection stays with whom it was given to: it has ceased to speak HTTP. */
  public static void settle(ChannelPipeline pipeline) {
    Requests chooser = pipeline.get(Requests.class);
    if (chooser != null) {
      pipeline.remove(chooser);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    port.halfOpen().add(ctx.channel());
    patience = ctx.executor().schedule(() -> ctx.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    used(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    used(ctx);
    ctx.fireChannelInactive();
  }

  private void used(ChannelHandlerContext ctx) {
    port.halfOpen().remove(ctx.channel());
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      PortUser wanting = wanting(request);
      if (wanting == null) {
        ReferenceCountUtil.release(message);
        sayClosing(ctx);
        return;
      }
      if (wanting != user) {
        used(ctx);
        hand(ctx, wanting);
      }
    }
    ctx.fireChannelRead(message);
  }

  private @Nullable PortUser wanting(HttpRequest request) {
    List<PortUser> users = port.users();
    for (PortUser candidate : users) {
      if (candidate.wants(request)) {
        return candidate;
      }
    }
    // One that has left the port meanwhile still answers on its connections.
    return user != null ? user : users.isEmpty() ? null : users.get(0);
  }

  private void hand(ChannelHandlerContext ctx, PortUser next) {
    ChannelPipeline pipeline = ctx.pipeline();
    ChannelHandler last = pipeline.last();
    while (last != this) {
      pipeline.remove(last);
      last = pipeline.last();
    }
    user = next;
    next.initialize(ctx.channel());
  }

  private static void sayClosing(ChannelHandlerContext ctx) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SERVICE_UNAVAILABLE);
    response
        .headers()
        .setInt(HttpHeaderNames.CONTENT_LENGTH, 0)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    Broken.close(ctx, failure);
  }
}
