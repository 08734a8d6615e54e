package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void textFromElsewhereBecomesOneHarmlessLine() {
    assertThat(Text.oneLine("a\r\nb\tc \u001b[31mred\u001b[0m \u202egnirts\u0000"))
        .isEqualTo("a  b c \\u001b[31mred\\u001b[0m \\u202egnirts\\u0000");
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    assertThat(Text.oneLine("Größe → 10 µs …")).isEqualTo("Größe → 10 µs …");
  }

  @Test
  void longTextIsCut() {
    assertThat(Text.oneLine("x".repeat(100_000)).length()).isLessThan(3_000);
  }

  @Test
  void aQuotedTextIsOneWordForAShell() {
    assertThat(Text.shellQuoted("it's $(here)")).isEqualTo("'it'\\''s $(here)'");
  }
}
