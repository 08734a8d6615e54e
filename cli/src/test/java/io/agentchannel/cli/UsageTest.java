package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {

  @Test
  void withoutACommandItExplainsItself() {
    Terminal terminal = Terminal.run();

    assertThat(terminal.exitCode()).isZero();
    assertThat(terminal.out())
        .contains("serve", "call", "stream", "publish", "subscribe", "describe", "id", "demo")
        .doesNotContain("demo-librarian");
  }

  @Test
  void helpIsAResult() {
    Terminal terminal = Terminal.run("call", "--help");

    assertThat(terminal.exitCode()).isZero();
    assertThat(terminal.out()).contains("--data", "--timeout", "--config", "--set");
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void aWrongCommandLineIsOneLineAndAHint() {
    for (String[] wrong :
        new String[][] {
          {"cull"},
          {"call"},
          {"call", "ws://127.0.0.1:1", "op", "--no-such-option"},
          {"call", "ws://127.0.0.1:1", "op", "--timeout", "soon"},
          {"serve", "--op", "upper"}
        }) {
      Terminal terminal = Terminal.run(wrong);

      assertThat(terminal.exitCode()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(terminal.out()).isEmpty();
      assertThat(terminal.err().lines()).hasSize(2).first().asString().startsWith("agentchannel: ");
    }
  }

  @Test
  void anUnreadableConfigurationIsOneLine(@TempDir Path folder) throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "name: [");
    for (Path file : new Path[] {folder.resolve("missing.yaml"), broken}) {
      Terminal terminal = Terminal.run("id", "--config", file.toString());

      assertThat(terminal.exitCode()).isEqualTo(2);
      assertThat(terminal.err().lines()).hasSize(1).first().asString().contains(file.toString());
    }
  }

  @Test
  void guestsAreWordsOrTokens() {
    Terminal terminal =
        Terminal.run(
            "serve",
            "--listen",
            "ws://127.0.0.1:0",
            "--op",
            "x",
            "--exec",
            "cat",
            "--guests",
            "all");

    assertThat(terminal.exitCode()).isEqualTo(2);
    assertThat(terminal.err()).contains("none, loopback or broker");
  }
}
