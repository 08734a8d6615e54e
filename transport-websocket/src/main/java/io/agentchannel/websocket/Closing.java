package io.agentchannel.websocket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The closing handshake (RFC 6455, section 7.1): who begins it waits a second for the other's Close
 * before the connection goes, so that what is still on the way does not turn it into a reset. On
 * the channel's event loop only.
 */
final class Closing {
  private static final long PATIENCE_SECONDS = 1;

  private final Channel channel;
  private boolean said;
  private @Nullable ScheduledFuture<?> patience;

  Closing(Channel channel) {
    this.channel = channel;
  }

  /**
   * @param reason at most 123 bytes
   */
  void say(WebSocketCloseStatus status, String reason) {
    if (said || !channel.isActive()) {
      return;
    }
    say(new CloseWebSocketFrame(status, reason));
    // Else the answer of a peer whose link was never started would not be read.
    channel.config().setAutoRead(true);
  }

  /** The peer has said Close: with this status, or -1 for none. */
  void onFrame(int status) {
    if (said) {
      channel.close();
    } else {
      CloseWebSocketFrame echo =
          status == -1 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(status, "");
      say(echo).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The connection is gone. */
  void done() {
    if (patience != null) {
      patience.cancel(false);
    }
  }

  private ChannelFuture say(CloseWebSocketFrame frame) {
    said = true;
    patience =
        channel.eventLoop().schedule(() -> channel.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
    return channel.writeAndFlush(frame);
  }
}
