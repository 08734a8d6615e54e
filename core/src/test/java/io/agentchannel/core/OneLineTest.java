package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {

  @Test
  void lineBreaksControlAndFormatCharactersAreEscaped() {
    assertThat(OneLine.of("a\nb\r\u001b[31m\u2028\u2029\u202e\u0085"))
        .isEqualTo("a\\u000ab\\u000d\\u001b[31m\\u2028\\u2029\\u202e\\u0085");
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    assertThat(OneLine.of("Jörg's ключ 鍵 😀")).isEqualTo("Jörg's ключ 鍵 😀");
  }

  @Test
  void longTextIsCut() {
    assertThat(OneLine.of("x".repeat(1000))).isEqualTo("x".repeat(200) + "…");
  }
}
