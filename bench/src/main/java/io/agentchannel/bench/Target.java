package io.agentchannel.bench;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A bound that a figure has to keep.
 *
 * @param base what the figure is a multiple of, or null where the limit is the figure's own
 */
record Target(
    Candidate candidate, Figure figure, Bound bound, double limit, @Nullable Candidate base) {

  /** Which side of the limit is the good one. */
  enum Bound {
    AT_MOST,
    AT_LEAST
  }

  static final List<Target> ALL =
      List.of(
          beside(Candidate.WS_DIRECT, Figure.P50, Bound.AT_MOST, 1.15),
          beside(Candidate.WS_DIRECT, Figure.IN_FLIGHT, Bound.AT_LEAST, 2),
          beside(Candidate.WS_DIRECT, Figure.ITEMS, Bound.AT_LEAST, 3),
          beside(Candidate.WS_DEFAULT, Figure.ITEMS, Bound.AT_LEAST, 3),
          alone(Candidate.MEMORY_DIRECT, Figure.ITEMS, 1_000_000),
          alone(Candidate.MEMORY_DEFAULT, Figure.ITEMS, 1_000_000));

  /**
   * @param actual the figure, or its multiple of the base
   */
  record Verdict(String target, double actual, boolean met) {}

  private static Target beside(Candidate candidate, Figure figure, Bound bound, double limit) {
    return new Target(candidate, figure, bound, limit, Candidate.JAVA_WEBSOCKET);
  }

  private static Target alone(Candidate candidate, Figure figure, double limit) {
    return new Target(candidate, figure, Bound.AT_LEAST, limit, null);
  }

  /** Those whose candidates were measured. */
  static List<Verdict> judge(Series series) {
    return ALL.stream().filter(target -> target.isMeasured(series)).map(t -> t.of(series)).toList();
  }

  private boolean isMeasured(Series series) {
    return series.has(candidate) && (base == null || series.has(base));
  }

  private Verdict of(Series series) {
    double actual =
        base == null ? series.median(candidate, figure) : series.ratio(candidate, figure, base);
    boolean met = bound == Bound.AT_MOST ? actual <= limit : actual >= limit;
    return new Verdict(toString(), actual, met);
  }

  @Override
  public String toString() {
    return candidate
        + ", "
        + figure.title()
        + ": at "
        + (bound == Bound.AT_MOST ? "most " : "least ")
        + (base == null
            ? String.format(Locale.ROOT, "%,.0f", limit)
            : String.format(Locale.ROOT, "%.2f \u00d7 %s", limit, base));
  }
}
