package io.agentchannel.cli.demo;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.CallOptions;
import io.agentchannel.EventSubscription;
import io.agentchannel.ReplyStream;
import io.agentchannel.samples.Librarian;
import io.agentchannel.samples.Librarian.Answer;
import io.agentchannel.samples.Librarian.Line;
import io.agentchannel.samples.Librarian.News;
import io.agentchannel.samples.Librarian.Note;
import io.agentchannel.samples.Librarian.Passage;
import io.agentchannel.samples.Librarian.Progress;
import io.agentchannel.samples.Librarian.Question;
import io.agentchannel.samples.Librarian.Search;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The main job on real input, told as it happens: questions, a long stream at the reader's pace, an
 * event, a stream given up, and a stream whose connection is cut in the middle. Whatever does not
 * hold makes it fail.
 */
public final class Demo {
  /** More than fits into the largest window, so that a cut lands in the middle. */
  private static final int LINES = 40_000;

  private static final int CUT_AT = LINES / 4;

  /** What a new connection carries at least when the rest of the lines comes over it. */
  private static final int REST_BYTES = 256 << 10;

  private static final int TASTE = 100;
  private static final Duration CUT = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final CallOptions PATIENT = CallOptions.timeout(PATIENCE);

  private final AgentBuilder caller;
  private final List<Path> folders;
  private final List<String> questions;
  private final Narrator narrator;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();

  /**
   * @param caller the agent that asks, not started yet
   * @param folders the text that the librarian reads
   */
  public Demo(AgentBuilder caller, List<Path> folders, List<String> questions, PrintStream out) {
    this.caller = caller;
    this.folders = List.copyOf(folders);
    this.questions = List.copyOf(questions);
    this.narrator = new Narrator(out);
  }

  /**
   * Runs all of it.
   *
   * @param main the class that a second JVM runs as the librarian
   * @return figures of the run
   * @throws io.agentchannel.cli.CommandFailure if anything did not hold
   */
  @SuppressWarnings("try") // Closed for what that undoes.
  public Map<String, Object> run(String main, List<String> arguments) throws Exception {
    long began = System.nanoTime();
    narrator.chapter("A librarian in a process of its own");
    try (Agent me = caller.start();
        LibrarianProcess librarian =
            LibrarianProcess.start(main, arguments, me.id().toString(), folders);
        CuttableWire wire = CuttableWire.to(librarian.ready().address())) {
      introduce(librarian, wire, me);
      narrator.requireAllHeld();
      AgentChannel library = me.channel("ws://127.0.0.1:" + wire.port());
      ask(library);
      narrator.requireAllHeld();
      Tally undisturbed = readAtOurPace(library);
      narrator.requireAllHeld();
      try (EventSubscription subscription = listen(library)) {
        giveUp(library);
        narrator.requireAllHeld();
        cutTheWire(library, wire, undisturbed);
      }
      narrator.chapter("How the librarian is reached");
      library.explain().toString().lines().forEach(line -> narrator.say("%s", line));
    }
    narrator.requireAllHeld();
    double seconds = (System.nanoTime() - began) / 1e9;
    narrator.chapter(String.format("All of it held, in %.1f s.", seconds));
    narrator.fact("seconds", seconds);
    return narrator.facts();
  }

  /**
   * What the librarian listens with; the caller closes the agent.
   *
   * @param visitor the id of the agent that may call it
   */
  public static Agent startLibrarian(String visitor, List<Path> folders, PrintStream out)
      throws IOException {
    Librarian librarian = Librarian.read(folders);
    Agent agent =
        librarian.start(
            AgentConfig.of(
                Map.of(
                    "name",
                    "librarian",
                    "identity",
                    "ephemeral",
                    "trust.allow",
                    Map.of(visitor, "*"),
                    "listen",
                    List.of("ws://127.0.0.1:0"))));
    LibrarianProcess.Ready ready =
        new LibrarianProcess.Ready(
            agent.id().toString(), librarian.files(), librarian.lines(), agent.endpoints().get(0));
    out.println(ready.toLine());
    return agent;
  }

  private void introduce(LibrarianProcess librarian, CuttableWire wire, Agent me) {
    LibrarianProcess.Ready ready = librarian.ready();
    narrator.say("process %d is %s", librarian.pid(), ready.id());
    narrator.say("it has read %,d lines of text in %,d files", ready.lines(), ready.files());
    narrator.say("it listens at %s", ready.endpoint());
    narrator.say("this process is %d, %s", ProcessHandle.current().pid(), me.id());
    narrator.say("and calls it by way of port %d, a proxy that we can cut", wire.port());
    narrator.check(ready.lines() > 0, "there is something to read");
    narrator.fact("files", ready.files());
    narrator.fact("lines", ready.lines());
  }

  private void ask(AgentChannel library) {
    narrator.chapter("Questions");
    for (String question : questions) {
      long asked = System.nanoTime();
      Answer answer = library.request(Librarian.ASK, new Question(question), PATIENT);
      narrator.say("? %s  (%.1f ms)", question, millisSince(asked));
      for (Passage passage : answer.passages()) {
        narrator.say("  %s:%d  %s", passage.file(), passage.line(), shortened(passage.text()));
      }
      narrator.check(!answer.passages().isEmpty(), "answered");
    }
  }

  /** Takes a few lines, lets the librarian wait, then takes the rest. */
  private Tally readAtOurPace(AgentChannel library) throws InterruptedException {
    narrator.chapter("Every line, at the reader's pace");
    narrator.say("The text over and over again, each line numbered, until there are %,d:", LINES);
    narrator.say("a stream long enough that somebody has to wait.");
    Tally tally = new Tally();
    try (ReplyStream<Line> lines = read(library, "pace")) {
      Iterator<Line> iterator = lines.iterator();
      while (tally.count() < TASTE && iterator.hasNext()) {
        tally.add(iterator.next());
      }
      Progress standing = untilItStands(library, "pace");
      long ahead = standing.sent() - tally.count();
      narrator.say("took %d lines and stopped; the librarian has sent %,d", TASTE, standing.sent());
      narrator.check(
          standing.state().equals("running") && standing.sent() < LINES,
          "it waits, %,d lines ahead of us and no further",
          ahead);
      long asked = System.nanoTime();
      library.request(Librarian.ASK, new Question("still there?"), PATIENT);
      narrator.say("another question meanwhile: answered in %.1f ms", millisSince(asked));
      long resumed = System.nanoTime();
      while (iterator.hasNext()) {
        tally.add(iterator.next());
      }
      double rate = (LINES - TASTE) / (millisSince(resumed) / 1e3);
      narrator.say("took the rest, %,.0f lines a second", rate);
      narrator.check(tally.isWhole(LINES), "%s", tally.toText(LINES));
      narrator.fact("linesAhead", ahead);
      narrator.fact("linesPerSecond", Math.round(rate));
    }
    return tally;
  }

  private EventSubscription listen(AgentChannel library) throws Exception {
    narrator.chapter("An event");
    EventSubscription subscription = library.subscribe(Librarian.NEWS, news::add);
    subscription.accepted().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    narrator.say("subscribed to the librarian's news; asking something");
    library.request(Librarian.ASK, new Question("is there news?"), PATIENT);
    checkNews("the news came", "asked", "is there news?");
    return subscription;
  }

  private void giveUp(AgentChannel library) throws InterruptedException {
    narrator.chapter("A stream given up");
    try (ReplyStream<Line> lines = read(library, "given-up")) {
      Iterator<Line> iterator = lines.iterator();
      for (int i = 0; i < TASTE && iterator.hasNext(); i++) {
        iterator.next();
      }
    }
    narrator.say("took %d lines and closed the stream", TASTE);
    checkNews("the librarian says that its handler has ended", "reading", "given-up cancelled");
  }

  private void cutTheWire(AgentChannel library, CuttableWire wire, Tally undisturbed)
      throws Exception {
    narrator.chapter("The connection is cut in the middle of a stream");
    Tally tally = new Tally();
    CompletableFuture<Void> mended = new CompletableFuture<>();
    double longestMillis = 0;
    long pausedAfter = 0;
    int connectionsBefore = wire.connections();
    try (ReplyStream<Line> lines = read(library, "cut")) {
      long before = System.nanoTime();
      for (Line line : lines) {
        double waited = millisSince(before);
        if (tally.count() >= CUT_AT && waited > longestMillis) {
          longestMillis = waited;
          pausedAfter = tally.count();
        }
        tally.add(line);
        if (tally.count() == CUT_AT) {
          cut(wire, mended);
        }
        before = System.nanoTime();
      }
    }
    narrator.say(
        "lines on their way came first, then a pause of %.0f ms after line %,d",
        longestMillis, pausedAfter);
    narrator.check(tally.isWhole(LINES), "%s", tally.toText(LINES));
    narrator.requireAllHeld();
    mended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    narrator.check(
        wire.connections() > connectionsBefore && wire.carried() > REST_BYTES,
        "a new connection carried the rest of the same call, %,d KiB",
        wire.carried() >> 10);
    narrator.check(tally.sameAs(undisturbed), "the very lines of the reading without a cut");
    Progress progress = library.request(Librarian.PROGRESS, "cut", PATIENT);
    narrator.check(progress.runs() == 1, "the librarian's handler ran once");
    library.send(Librarian.NOTE, new Note("still subscribed"), PATIENT);
    checkNews("the subscription lives on", "note", "still subscribed");
    narrator.fact("pauseMillis", Math.round(longestMillis));
    narrator.fact("pausedAfterLine", pausedAfter);
  }

  private void cut(CuttableWire wire, CompletableFuture<Void> mended) {
    narrator.say("line %,d: cut; for %d ms nobody can connect", CUT_AT, CUT.toMillis());
    wire.cut();
    CompletableFuture.delayedExecutor(CUT.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try {
                wire.mend();
                mended.complete(null);
              } catch (IOException e) {
                mended.completeExceptionally(e);
              }
            });
  }

  private static ReplyStream<Line> read(AgentChannel library, String label) {
    return library.stream(Librarian.MATCHING, new Search(label, "", LINES), PATIENT);
  }

  /** Asks how far it is until it has not moved between two looks. */
  private static Progress untilItStands(AgentChannel library, String label)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Progress before = library.request(Librarian.PROGRESS, label, PATIENT);
    while (true) {
      TimeUnit.MILLISECONDS.sleep(100);
      Progress now = library.request(Librarian.PROGRESS, label, PATIENT);
      if (now.sent() == before.sent() || System.nanoTime() > deadline) {
        return now;
      }
      before = now;
    }
  }

  /** Checks that the librarian's news come to this, other news before it being no matter. */
  private void checkNews(String claim, String kind, String beginning) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      News next = news.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null) {
        narrator.check(false, "%s: nothing came", claim);
        return;
      }
      if (next.kind().equals(kind) && next.text().startsWith(beginning)) {
        narrator.check(true, "%s: \"%s\"", claim, next.text());
        return;
      }
    }
  }

  private static String shortened(String text) {
    String line = text.strip();
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
