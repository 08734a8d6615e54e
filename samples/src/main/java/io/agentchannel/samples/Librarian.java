package io.agentchannel.samples;

import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.ReplySink;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.samples.TextIndex.TextLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * An agent that has read a folder of text and answers questions about it. It names no transport:
 * where it listens is its configuration's affair.
 *
 * <pre>{@code java … io.agentchannel.samples.Librarian librarian.yaml docs/ README.md}</pre>
 *
 * <p>Thread-safe, as handlers must be: the text never changes once it is read.
 */
public final class Librarian {

  /** What someone wants to know. */
  public record Question(String text) {
    public Question {
      // What JSON leaves out arrives as null.
      text = Objects.requireNonNullElse(text, "");
    }
  }

  /** The best passages, best first; empty when no word of the question occurs. */
  public record Answer(List<Passage> passages) {}

  /** A line of a file; {@code line} counts from 1, a higher score is a better match. */
  public record Passage(String file, int line, double score, String text) {}

  /**
   * A wish for every line that holds a text.
   *
   * @param label what to call this reading in {@link #PROGRESS}
   * @param text what to look for, whatever its case; empty for every line
   * @param count how many lines to send, beginning again from the first when there are fewer; 0 for
   *     each matching line once
   */
  public record Search(String label, String text, int count) {
    public Search {
      label = Objects.requireNonNullElse(label, "");
      text = Objects.requireNonNullElse(text, "");
    }
  }

  /** The {@code number}-th line of a reading, from 1, and where it stands. */
  public record Line(long number, String file, int line, String text) {}

  /**
   * How far a reading is.
   *
   * @param runs how often the handler was run for this label
   * @param sent how many lines the handler has handed over
   * @param total how many there will be
   * @param state {@code unknown}, {@code running}, {@code complete} or {@code cancelled}
   */
  public record Progress(int runs, long sent, long total, String state) {}

  /** Something to remember, for everyone who listens to {@link #NEWS}. */
  public record Note(String text) {
    public Note {
      text = Objects.requireNonNullElse(text, "");
    }
  }

  /**
   * Something that happened here: {@code kind} is {@code asked}, {@code reading} or {@code note}.
   */
  public record News(String kind, String text) {}

  public static final Unary<Question, Answer> ASK =
      Operation.unary("ask", Question.class, Answer.class).idempotent();
  public static final Streaming<Search, Line> MATCHING =
      Operation.streaming("matching", Search.class, Line.class);
  public static final Unary<String, Progress> PROGRESS =
      Operation.unary("progress", String.class, Progress.class).idempotent();
  public static final OneWay<Note> NOTE = Operation.oneWay("note", Note.class);
  public static final Topic<News> NEWS = Topic.of("news", News.class);

  private static final int PASSAGES = 3;
  private static final int MAX_COUNT = 10_000_000;
  private static final int MAX_LABEL_CHARS = 100;
  private static final int MAX_NEWS_CHARS = 500;

  private final int files;
  private final TextIndex index;
  private final Readings readings = new Readings();
  private volatile @Nullable Agent agent;

  private Librarian(TextFiles.Contents contents) {
    this.files = contents.files();
    this.index = new TextIndex(contents.lines());
  }

  /** Reads files and folders, a folder with all below it. */
  public static Librarian read(List<Path> roots) throws IOException {
    return new Librarian(TextFiles.read(roots));
  }

  /** How many files of text it has read. */
  public int files() {
    return files;
  }

  /** How many lines they have, blank ones left out. */
  public int lines() {
    return index.size();
  }

  /** Goes to work; called once. The caller closes the agent. */
  public Agent start(AgentConfig config) {
    Agent started =
        Agent.builder(config)
            .serve(ASK, (question, call) -> ask(question))
            .serveStream(MATCHING, this::matching)
            .serve(PROGRESS, (label, call) -> readings.progress(label))
            .serveOneWay(NOTE, (note, call) -> tell("note", note.text()))
            .topic(NEWS)
            .start();
    agent = started;
    return started;
  }

  private Answer ask(Question question) {
    tell("asked", question.text());
    return new Answer(
        index.best(question.text(), PASSAGES).stream()
            .map(
                hit ->
                    new Passage(
                        hit.line().file(), hit.line().number(), hit.score(), hit.line().text()))
            .toList());
  }

  /** Sends as fast as the caller takes, and no faster: {@code send} waits for room. */
  private void matching(Search search, ReplySink<Line> out, CallContext call) {
    if (search.count() < 0 || search.count() > MAX_COUNT) {
      throw AgentException.application("a count is 0 to " + MAX_COUNT);
    }
    if (search.label().length() > MAX_LABEL_CHARS) {
      throw AgentException.application("a label has at most " + MAX_LABEL_CHARS + " characters");
    }
    List<TextLine> found = index.matching(search.text());
    long total = found.isEmpty() || search.count() == 0 ? found.size() : search.count();
    Readings.Reading reading = readings.begin(search.label(), total);
    String state = "cancelled";
    try {
      for (long i = 0; i < total; i++) {
        TextLine line = found.get((int) (i % found.size()));
        out.send(new Line(i + 1, line.file(), line.number(), line.text()));
        reading.sent(i + 1);
      }
      state = "complete";
    } finally {
      reading.end(state);
      tell("reading", search.label() + " " + state + " after " + reading.sent() + " lines");
    }
  }

  private void tell(String kind, String text) {
    Agent started = agent;
    if (started != null) {
      String told =
          text.length() <= MAX_NEWS_CHARS ? text : text.substring(0, MAX_NEWS_CHARS) + "…";
      started.publish(NEWS, new News(kind, told));
    }
  }

  /** Runs until the process is told to stop. */
  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      System.err.println("usage: Librarian CONFIG.yaml FILE_OR_FOLDER...");
      System.exit(2);
    }
    Librarian librarian = read(Arrays.stream(args).skip(1).map(Path::of).toList());
    Agent agent = librarian.start(AgentConfig.load(Path.of(args[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close));
    System.out.println("ready " + agent.id() + " " + agent.endpoints());
    new CountDownLatch(1).await();
  }
}
