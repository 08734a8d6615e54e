package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentchannel.AgentException;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsOptionsTest {

  @Test
  void valuesAreReadAsTheTypeThatIsAskedFor() {
    Options options =
        options(
            Map.of(
                "t.text", "x",
                "t.flag", "true",
                "t.number", "7",
                "t.size", "64KiB",
                "t.duration", "250ms"));

    assertThat(options.text("t.text")).isEqualTo("x");
    assertThat(options.flag("t.flag", false)).isTrue();
    assertThat(options.number("t.number", 0)).isEqualTo(7);
    assertThat(options.size("t.size", 0)).isEqualTo(65536);
    assertThat(options.duration("t.duration", Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void valuesSetInCodeNeedNoText() {
    Options options =
        options(
            Map.of(
                "t.flag", true, "t.number", 7, "t.size", 8L, "t.duration", Duration.ofSeconds(9)));

    assertThat(options.flag("t.flag", false)).isTrue();
    assertThat(options.number("t.number", 0)).isEqualTo(7);
    assertThat(options.size("t.size", 0)).isEqualTo(8);
    assertThat(options.duration("t.duration", Duration.ZERO)).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void whatIsNotSetIsTheTransportsOwnDefault() {
    Options options = options(Map.of());

    assertThat(options.text("t.text")).isNull();
    assertThat(options.flag("t.flag", true)).isTrue();
    assertThat(options.number("t.number", 3)).isEqualTo(3);
    assertThat(options.size("t.size", 4)).isEqualTo(4);
    assertThat(options.duration("t.duration", Duration.ofSeconds(5)))
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theAgentsOwnKeysHaveTheirDefaultsHereToo() {
    Options options = new Sources().builder("drain", "3s").resolve().options();

    assertThat(options.size("limits.message", 1)).isEqualTo(16L << 20);
    assertThat(options.duration("keepAlive.interval", Duration.ZERO))
        .isEqualTo(Duration.ofSeconds(20));
    assertThat(options.duration("drain", Duration.ZERO)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aValueThatDoesNotParseNamesItsKey() {
    Options options =
        options(
            Map.of("t.flag", "yes", "t.number", "-1", "t.text", Map.of("a", "b"), "t.size", "x"));

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> options.flag("t.flag", false))
        .withMessage("t.flag (config): must be true or false, not 'yes'");
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> options.number("t.number", 0))
        .withMessageStartingWith("t.number (config): ");
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> options.size("t.size", 0))
        .withMessageStartingWith("t.size (config): ");
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> options.text("t.text"))
        .withMessageStartingWith("t.text (config): takes one text");
  }

  private static Options options(Map<String, ?> values) {
    return new Sources()
        .config(values)
        .transportKeys("t.text", "t.flag", "t.number", "t.size", "t.duration")
        .resolve()
        .options();
  }
}
