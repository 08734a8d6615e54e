package io.agentchannel.netty.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells HTTP/2 from HTTP/1.1 on a new connection: by ALPN, or without TLS by the connection preface
 * (RFC 9113, section 3.4). Who has said nothing within ten seconds is cut off.
 */
final class FirstBytes extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(FirstBytes.class);
  private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII);
  private static final int PATIENCE_SECONDS = 10;

  private final Port port;
  private final boolean http2;
  private @Nullable Future<?> patience;

  FirstBytes(Port port, boolean http2) {
    this.port = port;
    this.http2 = http2;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    port.halfOpen().add(ctx.channel());
    patience = ctx.executor().schedule(() -> ctx.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    port.halfOpen().remove(ctx.channel());
    if (patience != null) {
      patience.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    port.halfOpen().remove(ctx.channel());
    super.channelInactive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (tls != null) {
      // Not the handler's word: it knows that of its own engines alone.
      become(ctx, Port.HTTP2.equals(tls.engine().getApplicationProtocol()));
      return;
    }
    int length = Math.min(in.readableBytes(), PREFACE.length);
    int same = 0;
    while (same < length && in.getByte(in.readerIndex() + same) == PREFACE[same]) {
      same++;
    }
    if (!http2 || same < length) {
      become(ctx, false);
    } else if (length == PREFACE.length) {
      become(ctx, true);
    }
  }

  private void become(ChannelHandlerContext ctx, boolean asHttp2) {
    Channel channel = ctx.channel();
    if (asHttp2) {
      port.users().stream()
          .filter(user -> user.protocols().contains(Port.HTTP2))
          .findFirst()
          .ifPresentOrElse(user -> user.initializeHttp2(channel), channel::close);
    } else {
      channel.pipeline().addLast(new HttpServerCodec(HttpLimits.requests()), new Requests(port));
    }
    // What was read goes on to the handlers that now stand behind.
    ctx.pipeline().remove(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
      log.debug(
          "no TLS with {}: {}",
          Addresses.text(ctx.channel().remoteAddress()),
          OneLine.of(String.valueOf(tls.cause())));
      ctx.close();
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    Broken.close(ctx, failure);
  }
}
