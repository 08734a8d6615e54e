package io.agentchannel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.samples.TextIndex.TextLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void readsAFolderWithAllBelowItInTheOrderOfItsPaths() throws Exception {
    write("b.txt", "three\n");
    write("a/z.md", "one\n\ntwo\n");

    TextFiles.Contents contents = TextFiles.read(List.of(folder));

    assertThat(contents.files()).isEqualTo(2);
    assertThat(contents.lines())
        .containsExactly(
            new TextLine("a/z.md", 1, "one"),
            new TextLine("a/z.md", 3, "two"),
            new TextLine("b.txt", 1, "three"));
  }

  @Test
  void readsASingleFileByItsName() throws Exception {
    Path file = write("b.txt", "one");

    assertThat(TextFiles.read(List.of(file)).lines())
        .containsExactly(new TextLine("b.txt", 1, "one"));
  }

  @Test
  void passesOverWhatIsNoTextToRead() throws Exception {
    write(".git/config", "hidden");
    write(".hidden", "hidden");
    write("target/out.txt", "made");
    write("nul.bin", "a\0b");
    Files.write(folder.resolve("latin1.txt"), new byte[] {'a', (byte) 0xe9, '\n'});
    Files.write(folder.resolve("large.txt"), new byte[(int) TextFiles.MAX_FILE_BYTES + 1]);
    write("text.txt", "read");

    TextFiles.Contents contents = TextFiles.read(List.of(folder));

    assertThat(contents.files()).isEqualTo(1);
    assertThat(contents.lines()).containsExactly(new TextLine("text.txt", 1, "read"));
  }

  @Test
  void doesNotFollowLinksOutOfTheFolder(@TempDir Path outside) throws Exception {
    Files.writeString(outside.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(folder.resolve("link"), outside);
    Files.createSymbolicLink(folder.resolve("secret.txt"), outside.resolve("secret.txt"));

    assertThat(TextFiles.read(List.of(folder)).files()).isZero();
  }

  @Test
  void aLongLineIsShortened() throws Exception {
    write("a.txt", "x".repeat(TextFiles.MAX_LINE_CHARS + 1));

    assertThat(TextFiles.read(List.of(folder)).lines().get(0).text())
        .hasSize(TextFiles.MAX_LINE_CHARS + 1)
        .endsWith("…");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> TextFiles.read(List.of(folder.resolve("nowhere"))))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("nowhere");
  }
}
