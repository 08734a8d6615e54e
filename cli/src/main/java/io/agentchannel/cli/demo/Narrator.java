package io.agentchannel.cli.demo;

import io.agentchannel.cli.CommandFailure;
import io.agentchannel.cli.Text;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what happens, and remembers what was to hold and did not. Used by one thread. */
final class Narrator {
  private final PrintStream out;
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private int chapter;
  private @Nullable String firstFailure;

  Narrator(PrintStream out) {
    this.out = out;
  }

  void chapter(String title) {
    out.println();
    out.println(++chapter + ". " + title);
  }

  void say(String format, Object... arguments) {
    out.println("   " + Text.oneLine(String.format(Locale.ROOT, format, arguments)));
  }

  /** States what was to hold, and whether it did. */
  void check(boolean held, String format, Object... arguments) {
    String claim = Text.oneLine(String.format(Locale.ROOT, format, arguments));
    out.println((held ? "   ok      " : "   FAILED  ") + claim);
    if (!held && firstFailure == null) {
      firstFailure = claim;
    }
  }

  /** Keeps a figure for machines. */
  void fact(String name, Object value) {
    facts.put(name, value);
  }

  Map<String, Object> facts() {
    return facts;
  }

  /** Fails if anything that was checked did not hold. */
  void requireAllHeld() {
    if (firstFailure != null) {
      throw CommandFailure.fault("the demo failed: this did not hold: " + firstFailure);
    }
  }
}
