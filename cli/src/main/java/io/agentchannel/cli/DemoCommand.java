package io.agentchannel.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentchannel.AgentBuilder;
import io.agentchannel.cli.demo.Demo;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the main job on real input. */
@Command(
    name = "demo",
    description = {
      "Shows what this is about: a librarian agent in a second process reads a folder of text, and"
          + " this one asks it, streams from it, and cuts the connection in the middle.",
      "Exits with 0 only if every line arrived once and in order, and all else held too."
    })
final class DemoCommand extends AgentCommand {

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      order = 1,
      description = "The text to read; by default this project's own documentation.")
  @Nullable Path folder;

  @Option(
      names = "--ask",
      paramLabel = "QUESTION",
      order = 2,
      description = "What to ask. Repeatable.")
  List<String> questions = new ArrayList<>();

  DemoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    if (folder != null && !Files.isReadable(folder)) {
      throw CommandFailure.usage("cannot read " + folder);
    }
    List<Path> folders = folder == null ? ownDocumentation() : List.of(folder);
    PrintStream out =
        json ? console.err() : new PrintStream(console.out(), true, StandardCharsets.UTF_8);
    AgentBuilder caller = builder("visitor").listen();
    if (!settings().containsKey("identity")) {
      caller.identity("ephemeral");
    }
    out.println("Reading " + Text.oneLine(folders.toString()));
    Demo demo = new Demo(caller, folders, askedAbout(), out);
    Map<String, Object> facts = demo.run(Main.class.getName(), List.of(DemoLibrarianCommand.NAME));
    if (json) {
      new Results(console, true).write(new ObjectMapper().valueToTree(facts));
    }
    return 0;
  }

  private List<String> askedAbout() {
    if (!questions.isEmpty()) {
      return questions;
    }
    return folder == null
        ? List.of(
            "What happens to a call when its connection is lost?",
            "How do I swap a transport?",
            "Which exit code means unreachable?")
        : List.of("What is this about?", "What does the first part say?");
  }

  /** The checkout's README and docs; the licence in the jar where there is no checkout. */
  private static List<Path> ownDocumentation() throws IOException {
    for (Path root : (Iterable<Path>) candidates()::iterator) {
      if (Files.isRegularFile(root.resolve("README.md"))
          && Files.isDirectory(root.resolve("docs"))) {
        return List.of(root.resolve("README.md"), root.resolve("docs"));
      }
    }
    try (InputStream licence = Main.class.getResourceAsStream("/META-INF/LICENSE")) {
      if (licence == null) {
        throw CommandFailure.usage("there is no documentation here: add --folder DIR");
      }
      Path copy = Files.createTempFile("agentchannel-", ".txt");
      copy.toFile().deleteOnExit();
      Files.write(copy, licence.readAllBytes());
      return List.of(copy);
    }
  }

  /** Where the code is, and the folders around it. */
  private static Stream<Path> candidates() {
    Path code;
    try {
      code = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException | SecurityException e) {
      code = Path.of("");
    }
    return Stream.of(code, Path.of(""))
        .map(Path::toAbsolutePath)
        .flatMap(path -> Stream.iterate(path, one -> one != null, Path::getParent).limit(4));
  }
}
