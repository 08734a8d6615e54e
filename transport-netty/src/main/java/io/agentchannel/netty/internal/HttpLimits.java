package io.agentchannel.netty.internal;

import io.netty.handler.codec.http.HttpDecoderConfig;

/** How large the head of an HTTP message may be. */
public final class HttpLimits {
  /** Bytes of a body that come up together where bodies are large. */
  public static final int PIECE = 64 * 1024;

  /** Bytes of a request or status line. */
  public static final int LINE = 4096;

  /** Bytes of all headers together. */
  public static final int HEADERS = 8192;

  /** Bytes of a body that come up together. */
  public static final int CHUNK = 8192;

  private HttpLimits() {}

  /** For requests: nothing that two readers could understand differently (RFC 9112, 6 and 11). */
  static HttpDecoderConfig requests() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(LINE)
        .setMaxHeaderSize(HEADERS)
        .setMaxChunkSize(PIECE)
        .setAllowDuplicateContentLengths(false)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true);
  }
}
