package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataOptionsTest {
  private static final InputStream NOTHING = InputStream.nullInputStream();

  private static Payload read(String data) throws IOException {
    return read(data, NOTHING);
  }

  private static Payload read(String data, InputStream in) throws IOException {
    DataOptions options = new DataOptions();
    options.data = data;
    return options.read(in);
  }

  @Test
  void textIsText() throws IOException {
    assertThat(read("hello")).isEqualTo(Payload.ofText("hello"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", " [1, 2] ", "{}"})
  void objectsAndArraysAreJson(String data) throws IOException {
    assertThat(read(data)).isEqualTo(Payload.ofJson(data));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "true", "null", "\"text\"", "{broken", "[1] 2", ""})
  void whatOnlyCouldBeJsonIsText(String data) throws IOException {
    assertThat(read(data)).isEqualTo(Payload.ofText(data));
  }

  @Test
  void aFileAndStandardInputAreTakenAsTheyAre(@TempDir Path folder) throws IOException {
    byte[] bytes = {1, 2, (byte) 0xff};
    Path file = Files.write(folder.resolve("data"), bytes);

    assertThat(read("@" + file)).isEqualTo(Payload.ofBytes(bytes));
    assertThat(read("-", new ByteArrayInputStream(bytes))).isEqualTo(Payload.ofBytes(bytes));
  }

  @Test
  void theContentTypeCanBeSaid() throws IOException {
    DataOptions options = new DataOptions();
    options.data = "5";
    options.contentType = "application/json";

    assertThat(options.read(NOTHING)).isEqualTo(Payload.ofJson("5"));
  }

  @Test
  void nothingGivenIsAnEmptyTextAndLeavesStandardInputAlone() throws IOException {
    InputStream in = new ByteArrayInputStream("mine".getBytes(StandardCharsets.UTF_8));

    assertThat(read(null, in)).isEqualTo(Payload.ofText(""));
    assertThat(in.available()).isEqualTo(4);
  }
}
