package io.agentchannel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the measurement working; how quick anything is, is not for a test to say. */
class SideBySideTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void quickRunMeasuresEveryFigureAndWritesThemAsJson(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("results.json");

    int status = run("--quick", "--only", "memory", "--millis", "5", "--json", file.toString());

    assertThat(err()).contains("round 3 of 3");
    assertThat(status).isZero();
    assertThat(out())
        .contains("memory-direct", "memory-default", "items/s", "at least 1,000,000")
        .contains("an idle channel, memory (of 20)")
        .contains("an exchange in flight, memory (of 200)")
        .doesNotContain("java-websocket");
    JsonNode results = new ObjectMapper().readTree(file.toFile());
    assertThat(results.get("weights")).hasSize(2);
    for (String candidate : new String[] {"memory-direct", "memory-default"}) {
      JsonNode figures = results.get("figures").get(candidate);
      assertThat(figures).hasSize(Figure.values().length);
      for (JsonNode figure : figures) {
        assertThat(figure.get("median").asDouble()).isPositive();
        assertThat(figure.get("rounds")).hasSize(2);
      }
      double p50 = figures.get("P50").get("median").asDouble();
      assertThat(figures.get("P99").get("median").asDouble()).isGreaterThanOrEqualTo(p50);
    }
  }

  @Test
  void rawLibrariesAreMeasuredAsTheBaseOfRatios() {
    int status =
        run(
            "--quick",
            "--only",
            "java-websocket,netty,ws-direct",
            "--millis",
            "2",
            "--channels",
            "0",
            "--parked",
            "0");

    assertThat(err()).contains("round 3 of 3");
    assertThat(status).isZero();
    assertThat(out())
        .containsPattern("java-websocket .*\\( 1\\.00\\)")
        .containsPattern("netty .*\\( *\\d+\\.\\d\\d\\)")
        .contains("ws-direct, p50 \u00b5s: at most 1.15 \u00d7 java-websocket");
  }

  @Test
  void optionThatMakesNoSenseIsAnsweredWithTheUsage() {
    assertThat(run("--rounds", "none")).isEqualTo(2);
    assertThat(err()).contains("'none' is not a number").contains("usage: sidebyside");
    assertThat(out()).isEmpty();
  }

  private int run(String... args) {
    return SideBySide.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
