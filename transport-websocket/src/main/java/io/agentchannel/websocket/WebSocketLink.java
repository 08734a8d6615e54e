package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upgraded connection, of either side. The last handler of its pipeline; everything but what
 * {@link Link} says is safe from any thread runs on the channel's event loop.
 *
 * <p>Until it is started, the channel does not read on its own, so that no more waits here than one
 * read has brought.
 */
final class WebSocketLink extends ChannelInboundHandlerAdapter implements Link {
  private static final Logger log = LoggerFactory.getLogger(WebSocketLink.class);

  private final Channel channel;
  private final SubProtocol protocol;
  private final LinkInfo info;
  private final Fragments fragments;
  private final Outgoing outgoing;
  private final Closing closing;
  private final Queue<ByteBuffer> early = new ArrayDeque<>();
  private @Nullable Receiver receiver;
  private boolean delivered;
  private boolean ended;
  private @Nullable Throwable cause;
  private volatile boolean refusing;

  /**
   * @param maxMessage bytes of the largest message that the peer may send
   */
  WebSocketLink(Channel channel, SubProtocol protocol, int maxMessage, LinkInfo info) {
    this.channel = channel;
    this.protocol = protocol;
    this.info = info;
    this.fragments = new Fragments(maxMessage);
    this.outgoing = new Outgoing(channel, protocol, this::ready);
    this.closing = new Closing(channel);
    channel.config().setAutoRead(false);
  }

  // From the core, on any thread.

  @Override
  public void start(Receiver receiver) {
    if (!onLoop(() -> begin(receiver))) {
      receiver.onClosed(unavailable("the transport is closed"));
    }
  }

  @Override
  public boolean send(ByteBuffer packet) {
    int size = packet.remaining();
    if (size == 0 || size > info.maxPacket()) {
      throw new IllegalArgumentException("a packet of " + size + " bytes");
    }
    if (refusing) {
      return false;
    }
    if (outgoing.isOverBound()) {
      refusing = true;
      onLoop(() -> breakOff(WebSocketCloseStatus.POLICY_VIOLATION, "reads too slowly"));
      return false;
    }
    outgoing.send(packet);
    return true;
  }

  @Override
  public boolean isReady() {
    return !refusing && outgoing.isReady();
  }

  @Override
  public Executor executor() {
    return channel.eventLoop();
  }

  @Override
  public LinkInfo info() {
    return info;
  }

  @Override
  public void close() {
    close(WebSocketCloseStatus.NORMAL_CLOSURE);
  }

  /** Closes with a status of its own; what was sent before still goes out. */
  void close(WebSocketCloseStatus status) {
    if (refusing) {
      return;
    }
    refusing = true;
    // Never in place: the core may be inside of a call from here.
    onLoop(() -> closeOnLoop(status));
  }

  /** False if the event loop has ended; then the channel has, too. */
  private boolean onLoop(Runnable task) {
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                try {
                  task.run();
                } catch (RuntimeException failure) {
                  onFailure(failure);
                }
              });
      return true;
    } catch (RejectedExecutionException shutDown) {
      return false;
    }
  }

  // On the event loop.

  private void begin(Receiver newReceiver) {
    receiver = newReceiver;
    for (ByteBuffer message = early.poll(); message != null; message = early.poll()) {
      deliver(message);
    }
    readComplete();
    if (ended) {
      newReceiver.onClosed(cause);
    } else {
      channel.config().setAutoRead(true);
    }
  }

  private void closeOnLoop(WebSocketCloseStatus status) {
    early.clear();
    outgoing.drain();
    end(null);
    closing.say(status, "");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof WebSocketFrame frame) {
        onFrame(ctx, frame);
      } else if (!(message instanceof HttpObject)) {
        // The end of the upgrade's own message is no harm; bytes sent before it was answered are.
        breakOff(WebSocketCloseStatus.PROTOCOL_ERROR, "data before the upgrade");
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onFrame(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame close) {
      onCloseFrame(close);
    } else if (ended) {
      return;
    } else if (frame instanceof PingWebSocketFrame) {
      // A peer that pings and does not read must not fill our memory; RFC 6455, section 5.5.3,
      // lets the most recent ping stand for all.
      if (channel.isWritable()) {
        ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()), ctx.voidPromise());
      }
    } else if (!(frame instanceof PongWebSocketFrame)) {
      onFragment(frame);
    }
  }

  private void onFragment(WebSocketFrame frame) {
    if (!(frame instanceof ContinuationWebSocketFrame) && !protocol.isStart(frame)) {
      breakOff(
          WebSocketCloseStatus.INVALID_MESSAGE_TYPE,
          protocol.token() + " carries " + protocol.messageType() + " messages");
    } else if (fragments.isTooMuch(frame.content())) {
      breakOff(WebSocketCloseStatus.MESSAGE_TOO_BIG, "the message is too large");
    } else {
      ByteBuffer message = fragments.add(frame.content(), frame.isFinalFragment());
      if (message == null) {
        return;
      }
      if (message.hasRemaining()) {
        deliver(message);
      } else {
        breakOff(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "an empty message");
      }
    }
  }

  private void onCloseFrame(CloseWebSocketFrame frame) {
    int status = frame.statusCode();
    boolean orderly =
        status == -1
            || status == WebSocketCloseStatus.NORMAL_CLOSURE.code()
            || status == WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code();
    String why = "the peer closed the connection: " + status + " " + OneLine.of(frame.reasonText());
    end(orderly ? null : unavailable(why));
    closing.onFrame(status);
  }

  private void deliver(ByteBuffer message) {
    if (receiver == null) {
      early.add(ByteBuffer.allocate(message.remaining()).put(message).flip());
    } else {
      delivered = true;
      receiver.onPacket(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readComplete();
  }

  private void readComplete() {
    if (delivered && receiver != null && !ended) {
      delivered = false;
      receiver.onReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ready();
  }

  private void ready() {
    if (receiver != null && !ended && outgoing.isReady()) {
      receiver.onReady();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    onFailure(failure);
  }

  private void onFailure(Throwable failure) {
    if (failure instanceof CorruptedWebSocketFrameException corrupted) {
      breakOff(corrupted.closeStatus(), OneLine.of(String.valueOf(corrupted.getMessage())));
    } else if (failure instanceof IOException || failure.getCause() instanceof IOException) {
      end(unavailable("the connection broke: " + OneLine.of(String.valueOf(failure.getMessage()))));
      channel.close();
    } else {
      log.warn("a link to {} is closed after an unexpected failure", info.remote(), failure);
      breakOff(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, "internal error");
    }
  }

  /** The connection may have ended while it was upgraded; then nothing more is said of it. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!channel.isActive()) {
      channelInactive(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(unavailable("the connection was cut"));
    closing.done();
  }

  /** The keep-alive has waited long enough. */
  void silentFor(Duration silence) {
    breakOff(WebSocketCloseStatus.POLICY_VIOLATION, "silent for " + silence.toMillis() + " ms");
  }

  /** Tells the peer what it did wrong, hears nothing more from it, and closes. */
  private void breakOff(WebSocketCloseStatus status, String reason) {
    if (ended) {
      return;
    }
    end(unavailable("the connection was closed here: " + status.code() + " " + reason));
    ChannelHandlerContext decoder = channel.pipeline().context(WebSocketFrameDecoder.class);
    if (decoder != null) {
      channel.pipeline().addBefore(decoder.name(), null, new Discard());
    }
    closing.say(status, reason);
  }

  private void end(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    ended = true;
    refusing = true;
    cause = why;
    if (receiver != null) {
      receiver.onClosed(why);
    }
  }

  private static AgentException unavailable(String why) {
    return new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, why);
  }
}
