package io.agentchannel.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** What a WebSocket connection carries; the value of {@code Sec-WebSocket-Protocol}. */
enum SubProtocol {
  /** Packets between SDK peers, one binary message each. */
  PACKETS("agentchannel.v1", BinaryWebSocketFrame.class),
  /** JSON envelopes of a plain client, one text message each. */
  JSON("agentchannel.v1+json", TextWebSocketFrame.class);

  private final String token;
  private final Class<? extends WebSocketFrame> frames;

  SubProtocol(String token, Class<? extends WebSocketFrame> frames) {
    this.token = token;
    this.frames = frames;
  }

  String token() {
    return token;
  }

  /** Whether a message of this protocol may begin with the frame. */
  boolean isStart(WebSocketFrame frame) {
    return frames.isInstance(frame);
  }

  String messageType() {
    return this == PACKETS ? "binary" : "text";
  }

  WebSocketFrame frame(ByteBuf message) {
    return this == PACKETS ? new BinaryWebSocketFrame(message) : new TextWebSocketFrame(message);
  }
}
