package io.agentchannel.http.internal.client;

import io.agentchannel.Code;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Dial;
import io.agentchannel.netty.internal.HttpLimits;
import io.agentchannel.netty.internal.OneLine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an HTTP/1.1 server, which carries one request at a time. All of it belongs to
 * the channel's event loop.
 */
public final class Connection extends ChannelInboundHandlerAdapter {

  /** Hears what becomes of requests. */
  public interface User {

    void onAnswer(Connection connection, Answer answer);

    /** The last call: the connection has ended, with or without an answer outstanding. */
    void onEnd(Connection connection, Throwable why);
  }

  private final Dial<Connection> dial;
  private final int largest;
  private @Nullable Channel channel;
  private @Nullable User user;
  private @Nullable HttpResponse head;
  private ByteBuf body = Unpooled.EMPTY_BUFFER;
  private boolean connected;
  private boolean ended;

  private Connection(Dial<Connection> dial, int largest) {
    this.dial = dial;
    this.largest = largest;
  }

  /**
   * How connections are made.
   *
   * @param largest bytes of the largest response body
   * @param check refuses addresses with an exception
   */
  public record Dialling(Channels channels, int largest, Consumer<InetAddress> check)
      implements Dial.Protocol<Connection> {

    @Override
    public void check(InetAddress address) {
      check.accept(address);
    }

    @Override
    public void initialize(Channel made, Dial<Connection> dial) {
      channels.add(made);
      made.pipeline()
          .addLast(
              new HttpClientCodec(HttpLimits.LINE, HttpLimits.HEADERS, HttpLimits.PIECE),
              new Connection(dial, largest));
    }

    @Override
    public void discard(Connection made) {
      made.close();
    }
  }

  /** Whoever has dialled it takes it; what happened meanwhile is told at once. */
  public void use(User taker) {
    user = taker;
    if (ended) {
      taker.onEnd(this, new IOException("the connection was closed"));
    }
  }

  public boolean isOpen() {
    return !ended;
  }

  /** The request goes out; the connection takes the next one when it is answered. */
  public void ask(FullHttpRequest request) {
    Channel open = channel;
    if (open == null || ended) {
      ReferenceCountUtil.release(request);
    } else {
      open.writeAndFlush(request, open.voidPromise());
    }
  }

  /** From any thread. */
  public void close() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  /** For people. */
  public @Nullable Channel channel() {
    return channel;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (ctx.pipeline().get(SslHandler.class) == null) {
      connected = true;
      dial.succeed(this);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        connected = true;
        dial.succeed(this);
      } else {
        dial.fail(tls.cause());
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        if (response.decoderResult().isFailure()) {
          end(ctx, new IOException("the answer is not HTTP"));
          return;
        }
        head = response;
        body = Unpooled.EMPTY_BUFFER;
      }
      if (message instanceof HttpContent content && !ended) {
        take(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(ChannelHandlerContext ctx, HttpContent content) {
    HttpResponse answered = head;
    if (content.decoderResult().isFailure() || answered == null) {
      end(ctx, new IOException("the answer is not HTTP"));
      return;
    }
    if (body.readableBytes() + content.content().readableBytes() > largest) {
      end(ctx, new IOException("the answer is too large"));
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (!last || body.isReadable()) {
      if (!body.isReadable()) {
        body = Unpooled.buffer(content.content().readableBytes());
      }
      body.writeBytes(content.content());
    }
    if (last) {
      ByteBuf whole = body.isReadable() ? body : content.content();
      byte[] bytes = new byte[whole.readableBytes()];
      whole.readBytes(bytes);
      body = Unpooled.EMPTY_BUFFER;
      head = null;
      answer(ctx, answered, bytes);
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpResponse answered, byte[] bytes) {
    int status = answered.status().code();
    if (status < 200) {
      return;
    }
    HttpHeaders headers = answered.headers();
    User listening = user;
    if (!HttpUtil.isKeepAlive(answered)) {
      // The user must not ask again here.
      ended = true;
      ctx.close();
    }
    if (listening != null) {
      listening.onAnswer(this, new Answer(status, headers, bytes));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(ctx, new IOException("the connection was closed"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    if (!connected) {
      dial.fail(failure);
    }
    end(ctx, new IOException(OneLine.of(String.valueOf(failure.getMessage())), failure));
  }

  private void end(ChannelHandlerContext ctx, IOException why) {
    ctx.close();
    if (!connected) {
      dial.fail(Code.UNAVAILABLE, String.valueOf(why.getMessage()));
    }
    if (!ended) {
      ended = true;
      User listening = user;
      if (listening != null) {
        listening.onEnd(this, why);
      }
    }
  }
}
