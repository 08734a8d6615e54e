package io.agentchannel.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Splits a stream of bytes at line feeds, whatever the bytes between them are. Not thread-safe. */
public final class Lines {
  static final long MAX_EVENT = 16L << 20;

  private final InputStream in;
  private final long max;
  private final byte[] chunk = new byte[1 << 16];
  private int position;
  private int limit;

  /**
   * @param max the longest line, in bytes
   */
  public Lines(InputStream in, long max) {
    this.in = in;
    this.max = max;
  }

  /**
   * The next line without its line feed, as soon as that has come; null at the end. What follows
   * the last line feed is a line unless it is empty.
   *
   * @throws IOException also when a line is longer than allowed
   */
  public byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (position == limit) {
        limit = in.read(chunk);
        position = 0;
        if (limit < 0) {
          limit = 0;
          return line.size() == 0 ? null : line.toByteArray();
        }
      }
      int end = position;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      line.write(chunk, position, end - position);
      if (line.size() > max) {
        throw new IOException("a line is longer than " + max + " bytes");
      }
      boolean complete = end < limit;
      position = complete ? end + 1 : end;
      if (complete) {
        return line.toByteArray();
      }
    }
  }
}
