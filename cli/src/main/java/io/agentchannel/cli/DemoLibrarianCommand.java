package io.agentchannel.cli;

import io.agentchannel.Agent;
import io.agentchannel.cli.demo.Demo;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The other process of the demo; ends when its standard input does. */
@Command(name = DemoLibrarianCommand.NAME, hidden = true, description = "A part of demo.")
final class DemoLibrarianCommand extends AgentCommand {
  static final String NAME = "demo-librarian";

  @Parameters(index = "0", paramLabel = "VISITOR")
  String visitor = "";

  @Parameters(index = "1..*", paramLabel = "FOLDER", arity = "1..*")
  List<Path> folders = new ArrayList<>();

  DemoLibrarianCommand(Console console) {
    super(console);
  }

  @Override
  @SuppressWarnings("try") // Closed for what that undoes.
  public Integer call() throws IOException {
    PrintStream out = new PrintStream(console.out(), true, StandardCharsets.UTF_8);
    try (Agent agent = Demo.startLibrarian(visitor, folders, out);
        Interrupts interrupts = Interrupts.run(agent::close, 0)) {
      byte[] ignored = new byte[1024];
      while (console.in().read(ignored) >= 0) {}
    }
    return 0;
  }
}
