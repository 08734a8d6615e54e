package io.agentchannel.http.service;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8 text, of bounded length. Blocks. */
final class Lines {
  private final BufferedSource source;
  private final int most;
  private boolean tooLong;

  Lines(BufferedSource source, int most) {
    this.source = source;
    this.most = most;
  }

  /** The next line without its end; null after the last, or if one is too long. */
  @Nullable String next() throws IOException {
    long end = source.indexOf((byte) '\n', 0, most + 1L);
    if (end < 0) {
      if (source.request(most + 1L)) {
        tooLong = true;
        return null;
      }
      return source.exhausted() ? null : source.readUtf8();
    }
    String line = source.readUtf8(end);
    source.skip(1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  boolean isTooLong() {
    return tooLong;
  }
}
