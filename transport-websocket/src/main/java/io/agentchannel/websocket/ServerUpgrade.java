package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.Broken;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.netty.internal.Requests;
import io.agentchannel.netty.internal.Tls;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.TransportContext;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.util.CharsetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of the upgrade (RFC 6455, section 4.2): decides who may come in, and as what; a
 * link takes its place. Who has not asked all of it within ten seconds is cut off.
 */
final class ServerUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(ServerUpgrade.class);
  private static final int PATIENCE_SECONDS = 10;

  private final Endpoint endpoint;
  private final Settings settings;
  private final TransportContext context;
  private @Nullable Future<?> patience;
  private boolean asked;

  ServerUpgrade(Endpoint endpoint, Settings settings, TransportContext context) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    patience = ctx.executor().schedule(() -> ctx.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (patience != null) {
      patience.cancel(false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
    if (asked) {
      return;
    }
    asked = true;
    try {
      UpgradeRequest request = UpgradeRequest.of(http);
      if (request.protocol() == SubProtocol.PACKETS) {
        admitPeer(ctx, http, request);
      } else {
        admitGuest(ctx, http, request);
      }
    } catch (Refusal refusal) {
      refuse(ctx, refusal);
    }
  }

  private void admitPeer(ChannelHandlerContext ctx, FullHttpRequest http, UpgradeRequest request)
      throws Refusal {
    String origin = request.origin();
    if (origin != null && !context.guests().allowsOrigin(origin)) {
      throw new Refusal(
          HttpResponseStatus.FORBIDDEN, "web pages of this origin are not allowed here");
    }
    switchProtocols(ctx, http, request.protocol(), settings.maxMessage())
        .addListener(
            result -> {
              if (result.isSuccess()) {
                handOver(
                    link(ctx, request, settings.maxMessage(), Settings.MAX_PACKET),
                    context::accept);
              }
            });
  }

  private void admitGuest(ChannelHandlerContext ctx, FullHttpRequest http, UpgradeRequest request)
      throws Refusal {
    GuestCalls.Guest guest;
    try {
      guest = context.guests().admit(visit(ctx.channel(), request));
    } catch (AgentException refused) {
      throw new Refusal(
          HttpResponseStatus.valueOf(refused.code().httpStatus()),
          OneLine.of(String.valueOf(refused.getMessage())));
    }
    ChannelFuture switching;
    try {
      switching = switchProtocols(ctx, http, request.protocol(), settings.maxGuestMessage());
    } catch (Refusal refusal) {
      guest.close();
      throw refusal;
    }
    switching.addListener(
        result -> {
          if (result.isSuccess()) {
            handOver(
                link(ctx, request, settings.maxGuestMessage(), Settings.MAX_TEXT), guest::converse);
          } else {
            guest.close();
          }
        });
  }

  private GuestCalls.Visit visit(Channel channel, UpgradeRequest request) {
    InetAddress from =
        channel.remoteAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
    return new GuestCalls.Visit(
        endpoint.scheme(),
        from,
        request.host(),
        request.origin(),
        request.forwarded(),
        request.token());
  }

  private static ChannelFuture switchProtocols(
      ChannelHandlerContext ctx, FullHttpRequest http, SubProtocol protocol, int maxMessage)
      throws Refusal {
    WebSocketDecoderConfig config = Frames.decoder(maxMessage).expectMaskedFrames(true).build();
    try {
      return new WebSocketServerHandshaker13(http.uri(), protocol.token(), config)
          .handshake(ctx.channel(), http);
    } catch (RuntimeException e) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "this upgrade request is not valid");
    }
  }

  private Link link(
      ChannelHandlerContext ctx, UpgradeRequest request, int maxMessage, int maxPacket) {
    Channel channel = ctx.channel();
    LinkInfo info =
        new LinkInfo(
            endpoint.scheme(),
            endpoint.scheme()
                + "://"
                + Addresses.text(channel.localAddress())
                + OneLine.of(request.path()),
            Addresses.text(channel.remoteAddress()),
            maxPacket,
            LinkInfo.Path.DIRECT,
            Tls.provenPeer(channel, context));
    WebSocketLink link = new WebSocketLink(channel, request.protocol(), maxMessage, info);
    if (request.protocol() == SubProtocol.JSON) {
      ctx.pipeline()
          .addLast(
              new Utf8FrameValidator(/* closeOnProtocolViolation= */ false),
              new KeepAlive(link, settings.keepAliveInterval(), settings.keepAliveTimeout()));
    }
    ctx.pipeline().addLast(link);
    ctx.pipeline().remove(this);
    Requests.settle(ctx.pipeline());
    return link;
  }

  private static void handOver(Link link, Consumer<Link> taker) {
    try {
      taker.accept(link);
    } catch (RuntimeException failure) {
      log.warn("a link from {} was not taken", link.info().remote(), failure);
      link.close();
    }
  }

  private static void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            refusal.status(),
            ByteBufUtil.writeUtf8(ctx.alloc(), refusal.getMessage() + "\n"));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=" + CharsetUtil.UTF_8)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (refusal.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    }
    if (refusal.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    Broken.close(ctx, failure);
  }
}
