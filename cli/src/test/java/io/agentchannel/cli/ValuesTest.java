package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @Test
  void aPairIsSplitAtItsFirstEqualsSign() {
    assertThat(Values.pairs("--set", List.of("a.b=c=d==", "e=")))
        .containsExactly(Map.entry("a.b", "c=d=="), Map.entry("e", ""));
  }

  @Test
  void theLastOfAKeyWins() {
    assertThat(Values.pairs("--set", List.of("a=1", "a=2"))).containsExactly(Map.entry("a", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "key", "=value"})
  void whatIsNoPairIsAUsageError(String text) {
    assertThatThrownBy(() -> Values.pairs("--set", List.of(text)))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(CommandFailure.USAGE));
  }

  @Test
  void listsAndMapsAreWrittenAsInYaml() {
    assertThat(Values.setting("listen", "[ws://127.0.0.1:0, \"ws://[::1]:0\"]"))
        .isEqualTo(List.of("ws://127.0.0.1:0", "ws://[::1]:0"));
    assertThat(Values.setting("peers", "{a: {at: [\"ws://h:1\"]}}"))
        .isEqualTo(Map.of("a", Map.of("at", List.of("ws://h:1"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5s", "0123", "true", "whsec_x=", "", "a: b"})
  void everythingElseIsTheTextItIs(String text) {
    assertThat(Values.setting("key", text)).isEqualTo(text);
  }

  @Test
  void brokenYamlIsAUsageErrorThatDoesNotShowTheValue() {
    assertThatThrownBy(() -> Values.setting("guests.tokens", "[secret"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("guests.tokens")
        .hasMessageNotContaining("secret");
  }

  @Test
  void durationsHaveUnits() {
    assertThat(Values.duration("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(Values.duration("1.5s")).isEqualTo(Duration.ofMillis(1500));
    assertThat(Values.duration("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(Values.duration("1h")).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "", "0s", "-1s", "5 parsecs", "99999999999999999999h"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> Values.duration(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sizesAreBytesOrHaveUnits() {
    assertThat(Values.size(65536)).isEqualTo(65536);
    assertThat(Values.size("65536")).isEqualTo(65536);
    assertThat(Values.size("64KiB")).isEqualTo(65536);
    assertThat(Values.size("16MiB")).isEqualTo(16 << 20);
    assertThatThrownBy(() -> Values.size("much")).isInstanceOf(IllegalArgumentException.class);
  }
}
