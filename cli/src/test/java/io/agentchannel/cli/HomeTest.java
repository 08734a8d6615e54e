package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @Test
  void aFolderThatIsThereOrCanBeMadeKeepsKeys(@TempDir Path folder) {
    assertThat(Home.canKeepKeys(folder.toString(), null)).isTrue();
    assertThat(Home.canKeepKeys(folder.resolve("not/there/yet").toString(), "?")).isTrue();
    assertThat(Home.canKeepKeys(null, folder.toString())).isTrue();
    assertThat(Home.canKeepKeys("", folder.toString())).isTrue();
  }

  @Test
  void aFileInItsPlaceDoesNot(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(Home.canKeepKeys(file.toString(), null)).isFalse();
    assertThat(Home.canKeepKeys(file.resolve("below").toString(), null)).isFalse();
  }

  @Test
  void aUserWithoutAHomeHasNoPlaceForThem(@TempDir Path folder) {
    assertThat(Home.canKeepKeys(null, null)).isFalse();
    assertThat(Home.canKeepKeys(null, "?")).isFalse();
    assertThat(Home.canKeepKeys(null, "/")).isFalse();
    assertThat(Home.canKeepKeys(null, folder.resolve("nowhere").toString())).isFalse();
  }
}
