package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whatever a configuration file holds: it means something, or one line says what is wrong. */
class ConfigFuzz {
  private static final String SECRET = "s3cr3t";

  @FuzzTest
  void aFileIsSettingsOrOneLine(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    try {
      Map<String, Object> config = YamlText.parseMap(text, "agent.yaml");
      if (config.toString().contains("${file:")) {
        // Any file of this machine's, as is meant; not for a fuzzer to choose.
        return;
      }
      Settings settings = new Sources().environment("KEY", SECRET).config(config).resolve();
      assertThat(settings.name()).isNotBlank();
    } catch (AgentException e) {
      assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(e.getMessage())
          .hasSizeLessThan(1000 + text.length())
          .matches(line -> line.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028'));
      if (!text.contains(SECRET)) {
        assertThat(e.getMessage()).doesNotContain(SECRET);
      }
    }
  }
}
