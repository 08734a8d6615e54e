package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentHomeTest {
  @TempDir Path folder;

  @Test
  void theVariableWinsOverTheUsersHome() {
    Path named = folder.resolve("named");

    assertThat(AgentHome.of(Map.of("AGENTCHANNEL_HOME", named.toString()), "/root").directory())
        .isEqualTo(named);
  }

  @Test
  void withoutTheVariableItIsBelowTheUsersHome() {
    assertThat(AgentHome.of(Map.of(), folder.toString()).directory())
        .isEqualTo(folder.resolve(".agentchannel"));
    assertThat(AgentHome.of(Map.of("AGENTCHANNEL_HOME", " "), folder.toString()).directory())
        .isEqualTo(folder.resolve(".agentchannel"));
  }

  @Test
  void askingWhereItIsMakesNothing() throws IOException {
    AgentHome.of(Map.of(), folder.toString()).directory();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void itIsMadeForItsOwnerAlone() throws IOException {
    Path keys = AgentHome.of(Map.of(), folder.toString()).create("keys");

    assertThat(keys).isEqualTo(folder.resolve(".agentchannel/keys")).isDirectory();
    for (Path made : new Path[] {keys, keys.getParent()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
    assertThat(AgentHome.of(Map.of(), folder.toString()).create("keys")).isEqualTo(keys);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "?", "/", "/nonexistent", "relative", "\0"})
  void aUserWithoutAHomeGetsOneLineAndNoStrayFolder(String userHome) {
    AgentHome home = AgentHome.of(Map.of(), userHome);

    assertThat(errorOf(home))
        .isEqualTo(
            "no home for keys: this user has no home folder; set AGENTCHANNEL_HOME to a folder, or"
                + " set identity");
    assertThat(Path.of("/nonexistent")).doesNotExist();
    assertThat(Path.of("/.agentchannel")).doesNotExist();
    assertThat(Path.of("?")).doesNotExist();
  }

  @Test
  void aFileInItsPlaceIsOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(errorOf(AgentHome.of(Map.of("AGENTCHANNEL_HOME", file.toString()), null)))
        .contains("no home for keys: ")
        .contains(file.toString());
    assertThat(
            errorOf(AgentHome.of(Map.of("AGENTCHANNEL_HOME", file.resolve("x").toString()), null)))
        .contains("cannot be created");
  }

  private static String errorOf(AgentHome home) {
    AgentException e = catchThrowableOfType(AgentException.class, () -> home.create("keys"));
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(e.getMessage()).doesNotContain("\n").endsWith("or set identity");
    return e.getMessage();
  }
}
