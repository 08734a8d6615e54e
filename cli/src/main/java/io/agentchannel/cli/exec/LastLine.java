package io.agentchannel.cli.exec;

import io.agentchannel.cli.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a stream to its end and keeps the last line that is not blank, up to a length. */
final class LastLine {
  private static final Logger LOG = LoggerFactory.getLogger(LastLine.class);
  private static final int MAX_BYTES = 1_000;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String line = "";

  void readFrom(InputStream source) {
    ByteArrayOutputStream current = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    try (source) {
      for (int n = source.read(chunk); n >= 0; n = source.read(chunk)) {
        for (int i = 0; i < n; i++) {
          if (chunk[i] == '\n') {
            keep(current);
          } else if (current.size() < MAX_BYTES) {
            current.write(chunk[i]);
          }
        }
      }
    } catch (IOException closed) {
      // As good as its end.
    } finally {
      keep(current);
      ended.countDown();
    }
  }

  /** The line, after the stream's end or this time, whichever is first. */
  String await(long millis) throws InterruptedException {
    if (!ended.await(millis, TimeUnit.MILLISECONDS)) {
      LOG.debug("something the program has left behind keeps its standard error open");
    }
    return line;
  }

  private void keep(ByteArrayOutputStream current) {
    String text = Text.oneLine(current.toString(StandardCharsets.UTF_8));
    if (!text.isEmpty()) {
      line = text;
    }
    current.reset();
  }
}
