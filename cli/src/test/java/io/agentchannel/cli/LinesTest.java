package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static List<String> linesOf(InputStream in, long max) throws IOException {
    Lines lines = new Lines(in, max);
    List<String> all = new ArrayList<>();
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      all.add(new String(line, StandardCharsets.ISO_8859_1));
    }
    return all;
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Gives one byte at a time, as a pipe may. */
  private static InputStream drops(String text) {
    InputStream whole = bytes(text);
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return whole.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return whole.read(into, offset, Math.min(1, length));
      }
    };
  }

  @Test
  void splitsAtLineFeedsAndKeepsEverythingElse() throws IOException {
    String text = "one\n\ntwo\r\nth\u00ffree";

    assertThat(linesOf(bytes(text), 100)).containsExactly("one", "", "two\r", "th\u00ffree");
    assertThat(linesOf(drops(text), 100)).containsExactly("one", "", "two\r", "th\u00ffree");
  }

  @Test
  void aLineFeedAtTheEndBeginsNoLine() throws IOException {
    assertThat(linesOf(bytes("one\n"), 100)).containsExactly("one");
    assertThat(linesOf(bytes(""), 100)).isEmpty();
  }

  @Test
  void linesThatSpanManyReadsAreWhole() throws IOException {
    String line = "x".repeat(200_000);

    assertThat(linesOf(bytes(line + "\n" + line), 200_000)).containsExactly(line, line);
  }

  @Test
  void aLineLongerThanAllowedIsRefused() {
    assertThatThrownBy(() -> linesOf(bytes("x".repeat(101)), 100))
        .isInstanceOf(IOException.class)
        .hasMessage("a line is longer than 100 bytes");
  }
}
