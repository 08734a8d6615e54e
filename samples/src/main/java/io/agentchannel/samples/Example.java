package io.agentchannel.samples;

import io.agentchannel.*;
import java.nio.file.Path;

public final class Example {
  record Query(String text) {}

  record Word(String text, int length) {}

  static final Unary<Query, String> ASK = Operation.unary("ask", Query.class, String.class);
  static final Streaming<Query, Word> WORDS = Operation.streaming("words", Query.class, Word.class);

  public static void main(String[] configs) { // librarian.yaml planner.yaml
    var librarian = Agent.builder(AgentConfig.load(Path.of(configs[0])));
    librarian.serve(ASK, (query, call) -> "You asked: " + query.text());
    librarian.serveStream(
        WORDS,
        (query, words, call) -> {
          for (String w : query.text().split(" ")) words.send(new Word(w, w.length()));
        });
    try (Agent serving = librarian.start();
        Agent planner = Agent.start(AgentConfig.load(Path.of(configs[1])))) {
      AgentChannel library = planner.channel("librarian"); // planner.yaml says where and how
      System.out.println(library.request(ASK, new Query("who wrote this?")));
      library.stream(WORDS, new Query("one two three")).forEach(System.out::println);
    }
  }
}
