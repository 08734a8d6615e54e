package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DemoTest {
  @TempDir Path folder;

  @Test
  void everythingHoldsOnAnyFolderOfText() throws Exception {
    Files.writeString(
        folder.resolve("tides.txt"),
        IntStream.rangeClosed(1, 300)
            .mapToObj(day -> "On day " + day + " the tide came in and the boats went out.\n")
            .collect(Collectors.joining()));

    Terminal demo =
        Terminal.run(
            "demo", "--folder", folder.toString(), "--ask", "when was the tide?", "--json");

    assertThat(demo.exitCode()).as(demo.err()).isZero();
    assertThat(demo.err())
        .doesNotContain("FAILED")
        .contains("cut; for 300 ms", "40,000 lines: 0 lost, 0 twice, 0 out of order");
    JsonNode facts = new ObjectMapper().readTree(demo.out());
    assertThat(facts.path("lines").asInt()).isEqualTo(300);
    assertThat(facts.path("pauseMillis").asInt()).isPositive();
    assertThat(facts.path("linesAhead").asInt()).isBetween(1, 30_000);
    assertNoLibrarianIsLeft();
  }

  @Test
  void aFolderWithoutTextIsAFailureThatSaysWhatDidNotHold() {
    Terminal demo = Terminal.run("demo", "--folder", folder.toString());

    assertThat(demo.exitCode()).isEqualTo(1);
    assertThat(demo.err()).contains("this did not hold: there is something to read");
    assertNoLibrarianIsLeft();
  }

  @Test
  void aFolderThatIsNotThereIsAUsageError() {
    assertThat(Terminal.run("demo", "--folder", folder + "/nowhere").exitCode()).isEqualTo(2);
  }

  private static void assertNoLibrarianIsLeft() {
    assertThat(
            ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java")))
        .isEmpty();
  }
}
