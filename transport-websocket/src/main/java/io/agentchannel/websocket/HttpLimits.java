package io.agentchannel.websocket;

/** How much HTTP there may be before a connection is upgraded. */
final class HttpLimits {
  /** Bytes of a request or status line. */
  static final int LINE = 4096;

  /** Bytes of all headers together. */
  static final int HEADERS = 8192;

  /** Bytes of a body, which nobody needs here. */
  static final int CHUNK = 8192;

  private HttpLimits() {}
}
