package io.agentchannel.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCodecTest {
  private static final String TEXT = "Grüße, 世界 😀";

  private final Codecs codecs = new Codecs(List.of());

  @Test
  void textTravelsAsUtf8() {
    Payload payload = codecs.encode(TEXT, String.class);

    assertThat(payload).isEqualTo(Payload.ofText(TEXT));
    assertThat(codecs.decode(payload, String.class)).isEqualTo(TEXT);
    assertThat(codecs.decode(codecs.encode("", String.class), String.class)).isEqualTo("");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, UTF-8",
    "Text/Plain; Charset=UTF-8, UTF-8",
    "text/plain;charset=\"utf-8\", UTF-8",
    "text/plain; format=flowed; charset=utf-16, UTF-16",
    "text/plain; charset=utf-16le, UTF-16LE",
    "application/octet-stream, UTF-8",
  })
  void itsCharsetIsHonoured(String contentType, String charset) {
    Payload payload = Payload.of(contentType, TEXT.getBytes(Charset.forName(charset)));

    assertThat(codecs.decode(payload, String.class)).isEqualTo(TEXT);
  }

  @Test
  void latinOneIsRead() {
    Payload payload = Payload.of("text/plain; charset=ISO-8859-1", new byte[] {(byte) 0xfc});

    assertThat(codecs.decode(payload, String.class)).isEqualTo("ü");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/vnd.x+json; charset=utf-8"})
  void aJsonStringIsText(String contentType) {
    Payload payload = Payload.of(contentType, "\"a\\nb\"".getBytes(Charset.forName("UTF-8")));

    assertThat(codecs.decode(payload, String.class)).isEqualTo("a\nb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "null", "{}", "[\"a\"]", "", "\"a\" \"b\"", "\"open"})
  void otherJsonIsNotText(String json) {
    assertRefused(Payload.ofJson(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/png",
        "text/html",
        "text/plain; charset=x-made-up",
        "text/plain; charset=ibm037",
        "application/json; charset=utf-16",
        ";",
        "\r\nX-Header: 1",
      })
  void otherContentTypesAreRefused(String contentType) {
    assertRefused(Payload.of(contentType, "\"a\"".getBytes(Charset.forName("UTF-8"))));
  }

  @Test
  void malformedTextIsRefusedAndNotRepaired() {
    assertRefused(Payload.of(Payload.TEXT, new byte[] {'a', (byte) 0xff}));
    assertRefused(Payload.of(Payload.TEXT, new byte[] {(byte) 0xc0, (byte) 0x80}));
    assertRefused(Payload.ofBytes(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}));
  }

  private void assertRefused(Payload payload) {
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.decode(payload, String.class))
        .withMessageStartingWith("cannot read String: ")
        .withMessageMatching("[^\\p{Cntrl}]+")
        .withNoCause()
        .matches(e -> e.code() == Code.INVALID_ARGUMENT);
  }
}
