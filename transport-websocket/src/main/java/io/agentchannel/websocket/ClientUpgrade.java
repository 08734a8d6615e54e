package io.agentchannel.websocket;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.Attempt;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.netty.internal.Tls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.TransportContext;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The client's side of the upgrade (RFC 6455, section 4.1); a link takes its place. */
final class ClientUpgrade extends ChannelInboundHandlerAdapter {
  private final Endpoint endpoint;
  private final Settings settings;
  private final TransportContext context;
  private final Attempt<Link> attempt;
  private final WebSocketClientHandshaker handshaker;
  private @Nullable AgentId proven;

  ClientUpgrade(
      Endpoint endpoint, Settings settings, TransportContext context, Attempt<Link> attempt) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
    this.attempt = attempt;
    this.handshaker = new Handshaker(endpoint.uri(), settings.maxMessage());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (ctx.pipeline().get(SslHandler.class) == null) {
      handshaker.handshake(ctx.channel());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        proven = Tls.provenPeer(ctx.channel(), context);
        handshaker.handshake(ctx.channel());
      } else {
        attempt.fail(tls.cause());
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        onResponse(ctx, response);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onResponse(ChannelHandlerContext ctx, HttpResponse response) {
    int status = response.status().code();
    if (response.decoderResult().isFailure()) {
      attempt.fail(Code.FAILED_PRECONDITION, "does not speak HTTP; is it wss://?");
    } else if (status != HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      // The code's own phrase: the peer's could be any text.
      notAnEndpoint(
          HttpStatusClass.valueOf(status) == HttpStatusClass.SERVER_ERROR
              ? Code.UNAVAILABLE
              : Code.FAILED_PRECONDITION,
          "HTTP " + HttpResponseStatus.valueOf(status));
    } else {
      String selected = response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
      if (selected == null) {
        notAnEndpoint(Code.FAILED_PRECONDITION, "without a sub-protocol");
      } else if (!selected.equals(SubProtocol.PACKETS.token())) {
        notAnEndpoint(
            Code.FAILED_PRECONDITION, "with the sub-protocol '" + OneLine.of(selected) + "'");
      } else {
        finish(ctx, response);
      }
    }
  }

  private void finish(ChannelHandlerContext ctx, HttpResponse response) {
    Channel channel = ctx.channel();
    try {
      handshaker.finishHandshake(
          channel,
          new DefaultFullHttpResponse(
              response.protocolVersion(),
              response.status(),
              Unpooled.EMPTY_BUFFER,
              response.headers(),
              EmptyHttpHeaders.INSTANCE));
    } catch (WebSocketHandshakeException e) {
      notAnEndpoint(
          Code.FAILED_PRECONDITION,
          "with a broken upgrade: " + OneLine.of(String.valueOf(e.getMessage())));
      return;
    }
    LinkInfo info =
        new LinkInfo(
            endpoint.scheme(),
            Addresses.text(channel.localAddress()),
            endpoint.uri().toString(),
            Settings.MAX_PACKET,
            LinkInfo.Path.DIRECT,
            proven);
    WebSocketLink link =
        new WebSocketLink(channel, SubProtocol.PACKETS, settings.maxMessage(), info);
    ctx.pipeline().replace(this, null, link);
    attempt.succeed(link);
  }

  private void notAnEndpoint(Code code, String answered) {
    attempt.fail(code, "is not an AgentChannel endpoint (it answered " + answered + ")");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    attempt.fail(failure);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    attempt.fail(Code.UNAVAILABLE, "the connection was closed before it was upgraded");
  }

  private static final class Handshaker extends WebSocketClientHandshaker13 {
    private final int maxMessage;

    Handshaker(URI uri, int maxMessage) {
      super(
          uri,
          WebSocketVersion.V13,
          SubProtocol.PACKETS.token(),
          /* allowExtensions= */ false,
          EmptyHttpHeaders.INSTANCE,
          maxMessage);
      this.maxMessage = maxMessage;
    }

    /** Without an origin, which would say that a web page has connected. */
    @Override
    protected FullHttpRequest newHandshakeRequest() {
      FullHttpRequest request = super.newHandshakeRequest();
      request.headers().remove(HttpHeaderNames.ORIGIN);
      return request;
    }

    @Override
    protected WebSocketFrameDecoder newWebsocketDecoder() {
      return new WebSocket13FrameDecoder(
          Frames.decoder(maxMessage).expectMaskedFrames(false).build());
    }
  }
}
