package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.samples.Example;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's example, run as it stands there with another endpoint. */
@Timeout(30)
class ExampleTest {
  @TempDir Path folder;

  @Test
  void theReadmesExampleDoesWhatItSays() throws Exception {
    Path librarian = write("librarian", "listen: [ \"memory://example\" ]");
    Path planner = write("planner", "peers: { librarian: { at: [ \"memory://example\" ] } }");
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      Example.main(new String[] {librarian.toString(), planner.toString()});
    } finally {
      System.setOut(before);
    }

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "You asked: who wrote this?",
            "Word[text=one, length=3]",
            "Word[text=two, length=3]",
            "Word[text=three, length=5]");
  }

  private Path write(String name, String more) throws Exception {
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        "name: " + name + "\nidentity: ephemeral\n" + more + "\ntrust: { policy: open }\n");
  }
}
