package io.agentchannel.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a run has found, as it is written for machines.
 *
 * @param figures by candidate, then by figure
 * @param stalls how often a raw library left a message lying
 * @param warnings why not to trust the figures; empty if nothing speaks against them
 */
record Report(
    String date,
    Machine machine,
    int rounds,
    Map<String, Map<Figure, Value>> figures,
    List<Target.Verdict> targets,
    List<Weight> weights,
    int stalls,
    List<String> warnings) {

  /** The middle half of the rounds further apart than this is noise. */
  private static final double NOISY = 0.15;

  /** What it ran on. */
  record Machine(String java, String os, int processors) {
    static Machine here() {
      return new Machine(
          System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          Runtime.getRuntime().availableProcessors());
    }
  }

  /**
   * @param median over the rounds
   * @param ratio to raw Java-WebSocket, the median of the rounds' ratios; null without it
   * @param spread how far apart the middle half of the rounds lies, as a part of the median
   */
  record Value(double median, @Nullable Double ratio, double spread, List<Double> rounds) {}

  static Report of(
      Options options, Series series, List<Weight> weights, int stalls, List<String> warnings) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(noise(series));
    return new Report(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Machine.here(),
        options.rounds(),
        figures(series),
        Target.judge(series),
        weights,
        stalls,
        all);
  }

  private static Map<String, Map<Figure, Value>> figures(Series series) {
    Map<String, Map<Figure, Value>> figures = new LinkedHashMap<>();
    for (Candidate candidate : series.candidates()) {
      Map<Figure, Value> ofOne = new LinkedHashMap<>();
      for (Figure figure : Figure.values()) {
        ofOne.put(figure, value(series, candidate, figure));
      }
      figures.put(candidate.toString(), ofOne);
    }
    return figures;
  }

  private static Value value(Series series, Candidate candidate, Figure figure) {
    return new Value(
        series.median(candidate, figure),
        series.has(Candidate.JAVA_WEBSOCKET)
            ? series.ratio(candidate, figure, Candidate.JAVA_WEBSOCKET)
            : null,
        series.spread(candidate, figure),
        series.rounds(candidate, figure));
  }

  /** One line for all that is noisy: it is the machine that is, not this or that figure. */
  private static List<String> noise(Series series) {
    List<String> noisy = new ArrayList<>();
    for (Candidate candidate : series.candidates()) {
      for (Figure figure : Figure.values()) {
        double spread = series.spread(candidate, figure);
        // The tail is noisy by its nature.
        if (figure != Figure.P99 && spread > NOISY) {
          noisy.add("%s %s %.0f %%".formatted(candidate, figure.title(), 100 * spread));
        }
      }
    }
    return noisy.isEmpty()
        ? List.of()
        : List.of("half of the rounds lie far apart: " + String.join("; ", noisy));
  }

  void write(Path file) throws IOException {
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
  }
}
