package io.agentchannel.http.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response to one request of a connection. All but its interfaces belongs to the event loop.
 */
final class Reply implements Responder, Responder.Parts {
  private static final Logger log = LoggerFactory.getLogger(Reply.class);

  private final Channel channel;
  private final boolean keepAlive;
  private final boolean withBody;
  private final boolean chunked;
  private final Runnable onComplete;
  private @Nullable Runnable onGone;
  private @Nullable Runnable onWritable;
  private boolean begun;
  private boolean ended;

  /**
   * @param keepAlive whether the connection may serve another request
   * @param withBody false for the answer to HEAD
   * @param chunked whether parts are framed as chunks; else the connection's end is theirs
   * @param onComplete runs when the response is written to its end
   */
  Reply(
      Channel channel, boolean keepAlive, boolean withBody, boolean chunked, Runnable onComplete) {
    this.channel = channel;
    this.keepAlive = keepAlive;
    this.withBody = withBody;
    this.chunked = chunked;
    this.onComplete = onComplete;
  }

  boolean keepsAlive() {
    return keepAlive;
  }

  @Override
  public EventLoop loop() {
    return channel.eventLoop();
  }

  @Override
  public void send(Response response) {
    onLoop(() -> write(response));
  }

  @Override
  public Parts stream(
      HttpResponseStatus status,
      String contentType,
      Map<String, String> headers,
      Runnable whenWritable) {
    onLoop(
        () -> {
          if (begun) {
            return;
          }
          begun = true;
          onWritable = whenWritable;
          HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
          describe(head.headers(), contentType, headers);
          if (chunked) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
          }
          channel.writeAndFlush(head);
        });
    return this;
  }

  @Override
  public void onGone(Runnable action) {
    onLoop(
        () -> {
          onGone = action;
          if (!channel.isActive() && !ended) {
            gone();
          }
        });
  }

  @Override
  public boolean isReady() {
    return channel.isWritable();
  }

  @Override
  public void write(ByteBuffer part) {
    onLoop(
        () -> {
          if (begun && !ended && withBody && part.hasRemaining()) {
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part)));
          }
        });
  }

  @Override
  public void end() {
    onLoop(
        () -> {
          if (begun && !ended) {
            ended = true;
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            onComplete.run();
          }
        });
  }

  @Override
  public void abort() {
    onLoop(
        () -> {
          ended = true;
          channel.close();
        });
  }

  /** On the event loop: the client has gone. */
  void gone() {
    Runnable action = onGone;
    if (!ended) {
      ended = true;
      begun = true;
      if (action != null) {
        action.run();
      }
    }
  }

  /** On the event loop: the connection takes more, or less. */
  void writabilityChanged() {
    Runnable action = onWritable;
    if (action != null && !ended && channel.isWritable()) {
      action.run();
    }
  }

  private void write(Response response) {
    if (begun) {
      return;
    }
    begun = true;
    ended = true;
    List<ByteBuffer> parts = response.body();
    ByteBuf body =
        parts.isEmpty()
            ? Unpooled.EMPTY_BUFFER
            : parts.size() == 1
                ? Unpooled.wrappedBuffer(parts.get(0))
                : Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuffer[]::new));
    DefaultFullHttpResponse full =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, response.status(), withBody ? body : Unpooled.EMPTY_BUFFER);
    HttpHeaders headers = full.headers();
    describe(headers, response.contentType(), response.headers());
    if (!response.status().equals(HttpResponseStatus.NO_CONTENT)) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    channel.writeAndFlush(full, channel.voidPromise());
    onComplete.run();
  }

  private void describe(HttpHeaders to, @Nullable String contentType, Map<String, String> headers) {
    if (contentType != null) {
      to.set(HttpHeaderNames.CONTENT_TYPE, contentType);
      to.set("X-Content-Type-Options", "nosniff");
    }
    to.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    headers.forEach(to::set);
    if (!keepAlive) {
      to.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }

  private void onLoop(Runnable action) {
    EventLoop loop = channel.eventLoop();
    if (loop.inEventLoop()) {
      run(action);
      return;
    }
    try {
      loop.execute(() -> run(action));
    } catch (RejectedExecutionException closed) {
      // The connection has ended with its loop, and whoever cared has been told.
    }
  }

  private void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException failure) {
      log.warn("a response could not be written", failure);
      ended = true;
      channel.close();
    }
  }
}
