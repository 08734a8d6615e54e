package io.agentchannel.http.internal.server;

import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.HalfOpen;
import io.agentchannel.netty.internal.OneLine;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the requests of one connection, or the one of an HTTP/2 stream, and has them served one
 * after the other (RFC 9112, section 9.3.2). A request that is refused before its body has come is
 * answered at once, and its connection closes without reading the body.
 */
final class RequestReader extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(RequestReader.class);
  private static final int MOST_PIPELINED = 64;
  private static final long LINGER_SECONDS = 1;

  private enum State {
    IDLE,
    READING,
    SERVING,
    CLOSING
  }

  private final List<Resource> resources;
  private final boolean secure;
  private final @Nullable HalfOpen unused;
  private final boolean isStream;
  private final Queue<Object> waiting = new ArrayDeque<>();
  private final Patience patience = new Patience();
  private State state = State.IDLE;
  private boolean draining;
  private Body body = new Body(0);
  private @Nullable RequestHead head;
  private @Nullable Resource resource;
  private @Nullable Reply reply;

  /**
   * @param unused bounds the connections that serve nothing; null for one stream of HTTP/2
   */
  RequestReader(List<Resource> resources, boolean secure, @Nullable HalfOpen unused) {
    this.resources = resources;
    this.secure = secure;
    this.unused = unused;
    this.isStream = unused == null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    isUnused(ctx, true);
    patience.start(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    isUnused(ctx, false);
    patience.stop();
    for (Object message = waiting.poll(); message != null; message = waiting.poll()) {
      ReferenceCountUtil.release(message);
    }
  }

  private void isUnused(ChannelHandlerContext ctx, boolean is) {
    if (unused != null && is) {
      unused.add(ctx.channel());
    } else if (unused != null) {
      unused.remove(ctx.channel());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (state == State.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (state == State.SERVING || draining) {
      waiting.add(message);
      if (waiting.size() > MOST_PIPELINED) {
        ctx.close();
      }
    } else {
      read(ctx, message);
    }
  }

  private void read(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        begin(ctx, request);
      }
      if (message instanceof HttpContent content && state == State.READING) {
        take(ctx, content);
      }
    } catch (Refusal refusal) {
      refuse(ctx, refusal.response());
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) throws Refusal {
    state = State.READING;
    patience.requestBegins(ctx);
    reply = reply(ctx, HttpUtil.isKeepAlive(request), request);
    if (request.decoderResult().isFailure()) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "this is not a valid HTTP request");
    }
    RequestHead asked = RequestHead.of(request, ctx.channel(), secure);
    Resource owner = null;
    for (Resource candidate : resources) {
      if (candidate.owns(asked)) {
        owner = candidate;
        break;
      }
    }
    if (owner == null) {
      throw new Refusal(HttpResponseStatus.NOT_FOUND, "nothing is here");
    }
    int most = owner.maxBody(asked);
    if (HttpUtil.getContentLength(request, 0L) > most) {
      throw tooLarge(most);
    }
    if (HttpUtil.is100ContinueExpected(request)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
    head = asked;
    resource = owner;
    body = new Body(most);
  }

  private static Refusal tooLarge(int most) {
    return new Refusal(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "at most " + most + " bytes are taken here");
  }

  private void take(ChannelHandlerContext ctx, HttpContent content) throws Refusal {
    if (content.decoderResult().isFailure()) {
      throw new Refusal(HttpResponseStatus.BAD_REQUEST, "the body is broken");
    }
    if (!body.add(content.content())) {
      throw tooLarge(body.most());
    }
    patience.requestGoesOn(ctx);
    RequestHead asked = head;
    Resource owner = resource;
    Reply answer = reply;
    if (content instanceof LastHttpContent && asked != null && owner != null && answer != null) {
      state = State.SERVING;
      patience.requestIsThere();
      isUnused(ctx, false);
      byte[] bytes = body.toByteArray();
      body = new Body(0);
      try {
        owner.serve(asked, bytes, answer);
      } catch (Refusal refusal) {
        answer.send(refusal.response());
      } catch (RuntimeException failure) {
        log.warn("a request to {} failed", OneLine.of(asked.path()), failure);
        answer.send(Problem.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "internal error"));
      }
    }
  }

  private Reply reply(ChannelHandlerContext ctx, boolean keepAlive, HttpRequest request) {
    return new Reply(
        ctx.channel(),
        keepAlive && !isStream,
        !request.method().equals(HttpMethod.HEAD),
        !isStream && request.protocolVersion().isKeepAliveDefault(),
        () -> completed(ctx));
  }

  private void completed(ChannelHandlerContext ctx) {
    Reply done = reply;
    reply = null;
    head = null;
    resource = null;
    patience.isIdle(ctx);
    if (done == null || !done.keepsAlive()) {
      state = State.CLOSING;
      if (!isStream) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
      return;
    }
    state = State.IDLE;
    isUnused(ctx, true);
    if (draining) {
      return;
    }
    draining = true;
    while (state != State.SERVING && state != State.CLOSING && !waiting.isEmpty()) {
      read(ctx, waiting.remove());
    }
    draining = false;
  }

  /** The body, or what is left of it, is not read: closing at once would reset the connection. */
  private void refuse(ChannelHandlerContext ctx, Response response) {
    state = State.CLOSING;
    patience.isIdle(ctx);
    Reply last =
        new Reply(ctx.channel(), /* keepAlive= */ false, /* withBody= */ true, true, () -> {});
    last.send(response);
    if (isStream) {
      // RFC 9113, section 8.1: the response is complete, and the rest of the request not wanted.
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    } else {
      ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    patience.writabilityChanged(ctx);
    if (reply != null) {
      reply.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    isUnused(ctx, false);
    Reply unanswered = reply;
    reply = null;
    state = State.CLOSING;
    if (unanswered != null) {
      unanswered.gone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    log.debug(
        "a connection from {} ended: {}",
        Addresses.text(ctx.channel().remoteAddress()),
        OneLine.of(failure.toString()));
    ctx.close();
  }
}
