package io.agentchannel.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One command line, run in this process, and what came of it. */
record Terminal(int exitCode, byte[] bytes, String err) {

  String out() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static Terminal run(String... args) {
    return runWith(new byte[0], args);
  }

  /** A command that starts an agent, with a key of its own that is not kept. */
  static Terminal runAgent(String... args) {
    return runAgentWith(new byte[0], args);
  }

  static Terminal runAgentWith(byte[] in, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--set", "identity=ephemeral"));
    return runWith(in, all.toArray(String[]::new));
  }

  static Terminal runWith(byte[] in, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(in), out, new PrintStream(err, true, StandardCharsets.UTF_8));
    int exitCode = Main.run(console, args);
    return new Terminal(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }
}
