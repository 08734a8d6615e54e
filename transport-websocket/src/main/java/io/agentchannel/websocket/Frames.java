package io.agentchannel.websocket;

import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/** How frames are read. */
final class Frames {
  private Frames() {}

  /** What both sides have in common; who masks is left to set. */
  static WebSocketDecoderConfig.Builder decoder(int maxMessage) {
    return WebSocketDecoderConfig.newBuilder()
        .maxFramePayloadLength(maxMessage)
        .allowMaskMismatch(false)
        .allowExtensions(false)
        .withUTF8Validator(false)
        // The link says why, and lets the peer read it.
        .closeOnProtocolViolation(false);
  }
}
