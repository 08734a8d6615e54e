package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFilesTest {
  @TempDir Path folder;

  @Test
  void mapsListsAndTextsAreReadAsTheyAreWritten() throws IOException {
    Path file =
        write(
            """
            # an agent
            name: 007
            listen: [ "ws://0.0.0.0:7080", memory:lib ]
            limits: { message: 1_000, window: 64KiB }
            loud: no
            quoted: "5"
            """);

    assertThat(YamlFiles.read(file))
        .isEqualTo(
            Map.of(
                "name", "007",
                "listen", List.of("ws://0.0.0.0:7080", "memory:lib"),
                "limits", Map.of("message", "1_000", "window", "64KiB"),
                "loud", "no",
                "quoted", "5"));
  }

  @Test
  void theOrderOfPeersIsKept() throws IOException {
    Path file = write("peers: {c: {at: x}, a: {at: x}, b: {at: x}}");

    Map<?, ?> peers = (Map<?, ?>) YamlFiles.read(file).get("peers");

    assertThat(peers.keySet().stream().map(String::valueOf)).containsExactly("c", "a", "b");
  }

  @Test
  void commentsAloneAreAnEmptyMap() throws IOException {
    assertThat(YamlFiles.read(write("# nothing yet\n"))).isEmpty();
    assertThat(YamlFiles.read(write(""))).isEmpty();
    assertThat(YamlFiles.read(write("---\n"))).isEmpty();
  }

  @Test
  void aKeyThatIsThereTwiceIsRefusedWithItsPlace() throws IOException {
    assertThat(errorOf(write("name: a\nlimits:\n  window: 1\n  window: 2\n")))
        .contains("line 4:3")
        .contains("'window' is there twice");
  }

  @Test
  void aRootThatIsNoMapIsRefused() throws IOException {
    assertThat(errorOf(write("- a\n- b\n"))).contains("line 1:1").contains("key: value");
    assertThat(errorOf(write("just a text"))).contains("line 1:1").contains("key: value");
  }

  @Test
  void brokenSyntaxNamesLineAndColumn() throws IOException {
    assertThat(errorOf(write("name: a\nlisten: [ x, y\npeers: {}\n"))).containsPattern("line \\d:");
    assertThat(errorOf(write("a: b: c\n"))).contains("line 1:5");
    assertThat(errorOf(write("name: a\n\tdrain: 5s\n"))).contains("line 2:1");
    assertThat(errorOf(write("key: @x\n"))).contains("line 1:6");
  }

  @Test
  void controlCharactersOfTheFileDoNotReachTheMessage() throws IOException {
    assertThat(errorOf(write("\"a\\nb\": 1\n\"a\\nb\": 2\n"))).contains("a\\u000ab");
    errorOf(write("a: \u0001\n"));
    errorOf(write("a: \"\u001b[31m\n"));
  }

  @Test
  void aKeyOrItemWithoutAValueIsRefused() throws IOException {
    assertThat(errorOf(write("name: a\ndrain:\n"))).contains("'drain' has no value");
    assertThat(errorOf(write("listen: [a, ~]\n"))).contains("line 1:").contains("empty value");
  }

  @Test
  void aliasesAreRefusedSoThatNothingUnfolds() throws IOException {
    String bomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\n";

    assertThat(errorOf(write(bomb))).contains("line 2:8").contains("aliases");
  }

  @Test
  void nestingIsBounded() throws IOException {
    assertThat(errorOf(write("a: " + "[".repeat(40) + "]".repeat(40)))).contains("nested");
    assertThat(errorOf(write("a: " + "[".repeat(100_000)))).contains("line 1:");
    assertThat(YamlFiles.read(write("a: " + "[".repeat(20) + "]".repeat(20)))).containsKey("a");
  }

  @Test
  void aSecondDocumentIsRefused() throws IOException {
    assertThat(errorOf(write("a: b\n---\nc: d\n"))).contains("second document");
  }

  @Test
  void aFileThatCannotBeReadIsOneLine() throws IOException {
    assertThat(errorOf(folder.resolve("missing.yaml")))
        .contains("missing.yaml")
        .contains("does not exist");
    assertThat(errorOf(folder)).contains("is a directory");

    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "name: Jörg".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(errorOf(latin)).contains("is not UTF-8");
  }

  @Test
  void aFileOverOneMebibyteIsRefused() throws IOException {
    String comment = "# " + "x".repeat(1024 * 1024 - 2);

    assertThat(YamlFiles.read(write(comment))).isEmpty();
    assertThat(errorOf(write(comment + "x"))).contains("larger than 1 MiB");
  }

  private String errorOf(Path file) {
    AgentException e = catchThrowableOfType(AgentException.class, () -> YamlFiles.read(file));
    assertThat(e).as("the file is refused").isNotNull();
    assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(e.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(e.getMessage())
        .as("one line")
        .startsWith(file.toString())
        .matches(line -> line.chars().noneMatch(Character::isISOControl));
    return e.getMessage();
  }

  private Path write(String text) throws IOException {
    Path file = folder.resolve("agent.yaml");
    return Files.writeString(file, text);
  }
}
