package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static byte[] written(Payload payload, boolean json) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(OutputStream.nullOutputStream());
    new Results(new Console(InputStream.nullInputStream(), out, err), json).write(payload);
    return out.toByteArray();
  }

  private static String text(Payload payload, boolean json) throws IOException {
    return new String(written(payload, json), StandardCharsets.UTF_8);
  }

  @Test
  void textGetsALineEndIfItHasNone() throws IOException {
    assertThat(text(Payload.ofText("HELLO"), false)).isEqualTo("HELLO\n");
    assertThat(text(Payload.ofText("HELLO\n"), false)).isEqualTo("HELLO\n");
    assertThat(text(Payload.ofJson("{}"), false)).isEqualTo("{}\n");
  }

  @Test
  void bytesStayAsTheyAre() throws IOException {
    byte[] bytes = {0, 1, (byte) 0xff};

    assertThat(written(Payload.ofBytes(bytes), false)).isEqualTo(bytes);
  }

  @Test
  void machinesGetALineOfJson() throws IOException {
    assertThat(text(Payload.ofJson("{ \"a\": [1,\n2] }"), true))
        .isEqualTo("{\"contentType\":\"application/json\",\"body\":{\"a\":[1,2]}}\n");
    assertThat(text(Payload.ofText("a\nb"), true))
        .isEqualTo("{\"contentType\":\"text/plain; charset=utf-8\",\"body\":\"a\\nb\"}\n");
    assertThat(text(Payload.ofBytes(new byte[] {1, 2, 3}), true))
        .isEqualTo("{\"contentType\":\"application/octet-stream\",\"base64\":\"AQID\"}\n");
  }

  @Test
  void whatSaysItIsJsonAndIsNotIsShownAsBytes() throws IOException {
    assertThat(text(Payload.ofJson("{"), true))
        .isEqualTo("{\"contentType\":\"application/json\",\"base64\":\"ew==\"}\n");
  }
}
