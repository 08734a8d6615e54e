package io.agentchannel.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** A report for people. */
final class Table {
  private static final int NAME = 16;
  private static final int CELL = 22;

  private final Report report;
  private final PrintStream out;

  private Table(Report report, PrintStream out) {
    this.report = report;
    this.out = out;
  }

  static void print(Report report, PrintStream out) {
    new Table(report, out).print();
  }

  private void print() {
    Report.Machine machine = report.machine();
    line(
        "%s, %s, %s, %d processors, median of %d rounds, %d B a message",
        report.date(),
        machine.java(),
        machine.os(),
        machine.processors(),
        report.rounds(),
        Subject.MESSAGE_BYTES);
    line("(in brackets: the multiple of raw Java-WebSocket at both ends, in the same round)");
    line("");
    StringBuilder head = new StringBuilder(" ".repeat(NAME));
    for (Figure figure : Figure.values()) {
      head.append(right(figure.title()));
    }
    line("%s", head);
    for (Map.Entry<String, Map<Figure, Report.Value>> row : report.figures().entrySet()) {
      StringBuilder text = new StringBuilder(row.getKey());
      text.append(" ".repeat(NAME - text.length()));
      row.getValue().forEach((figure, value) -> text.append(right(cell(figure, value))));
      line("%s", text);
    }
    printTargets();
    printWeights();
    printWarnings();
  }

  private static String cell(Figure figure, Report.Value value) {
    boolean isTime = figure == Figure.P50 || figure == Figure.P99;
    String number = String.format(Locale.ROOT, isTime ? "%.1f" : "%,.0f", value.median());
    Double ratio = value.ratio();
    return ratio == null ? number : number + String.format(Locale.ROOT, " (%5.2f)", ratio);
  }

  private static String right(String text) {
    return " ".repeat(Math.max(1, CELL - text.length())) + text;
  }

  private void printTargets() {
    if (!report.targets().isEmpty()) {
      line("");
    }
    for (Target.Verdict verdict : report.targets()) {
      double actual = verdict.actual();
      String number = String.format(Locale.ROOT, actual < 1000 ? "%.2f" : "%,.0f", actual);
      line("%-6s %s: %s", verdict.met() ? "met" : "MISSED", verdict.target(), number);
    }
  }

  private void printWeights() {
    if (!report.weights().isEmpty()) {
      line("");
      line("heap, both ends together:");
    }
    for (Weight weight : report.weights()) {
      line("%,9d B  %s (of %,d)", weight.bytesEach(), weight.what(), weight.of());
    }
  }

  private void printWarnings() {
    if (report.stalls() > 0) {
      line("");
      line("a raw library left a message lying %d times, and was started again", report.stalls());
    }
    if (!report.warnings().isEmpty()) {
      line("");
      line("not to be trusted, the machine is noisy:");
    }
    for (String warning : report.warnings()) {
      line("  %s", warning);
    }
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
