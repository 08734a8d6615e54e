package io.agentchannel.bench;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A bound that a figure has to keep.
 *
 * @param base what the figure is a multiple of, or more than; null where the limit is the figure's
 *     own
 */
record Target(
    Candidate candidate, Figure figure, Bound bound, double limit, @Nullable Candidate base) {

  /** Which side of the limit is the good one. */
  enum Bound {
    AT_MOST,
    AT_LEAST,
    /** So much more than the base, and not a multiple of it. */
    AT_MOST_ABOVE
  }

  static final List<Target> ALL =
      List.of(
          beside(Candidate.WS_DIRECT, Figure.P50, Bound.AT_MOST, 1.15),
          beside(Candidate.WS_DIRECT, Figure.IN_FLIGHT, Bound.AT_LEAST, 2),
          beside(Candidate.WS_DIRECT, Figure.ITEMS, Bound.AT_LEAST, 3),
          beside(Candidate.WS_DEFAULT, Figure.ITEMS, Bound.AT_LEAST, 3),
          sealed(Candidate.WS_DIRECT, Figure.P50, Bound.AT_MOST_ABOVE, 10, Candidate.WS_PLAIN),
          sealed(Candidate.WS_DIRECT, Figure.IN_FLIGHT, Bound.AT_LEAST, 0.85, Candidate.WS_PLAIN),
          sealed(Candidate.WS_DIRECT, Figure.ITEMS, Bound.AT_LEAST, 0.85, Candidate.WS_PLAIN),
          sealed(
              Candidate.MEMORY_DIRECT, Figure.P50, Bound.AT_MOST_ABOVE, 10, Candidate.MEMORY_PLAIN),
          grpc(Figure.P50, Bound.AT_MOST, 0.7, Candidate.GRPC_UNARY),
          grpc(Figure.IN_FLIGHT, Bound.AT_LEAST, 8, Candidate.GRPC_UNARY),
          grpc(Figure.P50, Bound.AT_MOST, 1.15, Candidate.GRPC_STREAM),
          grpc(Figure.IN_FLIGHT, Bound.AT_LEAST, 0.8, Candidate.GRPC_STREAM),
          grpc(Figure.ITEMS, Bound.AT_LEAST, 0.8, Candidate.GRPC_STREAM),
          sealed(Candidate.POLL_DIRECT, Figure.P50, Bound.AT_MOST, 1.3, Candidate.OKHTTP),
          sealed(Candidate.POLL_DIRECT, Figure.IN_FLIGHT, Bound.AT_LEAST, 2, Candidate.OKHTTP),
          sealed(Candidate.WEBHOOK_DIRECT, Figure.P50, Bound.AT_MOST, 2.2, Candidate.OKHTTP),
          sealed(Candidate.WEBHOOK_DIRECT, Figure.IN_FLIGHT, Bound.AT_LEAST, 2, Candidate.OKHTTP),
          sealed(Candidate.MQTT_DIRECT, Figure.P50, Bound.AT_MOST, 1.15, Candidate.MQTT),
          sealed(Candidate.MQTT_DIRECT, Figure.IN_FLIGHT, Bound.AT_LEAST, 1.5, Candidate.MQTT),
          sealed(Candidate.MQTT_DIRECT, Figure.ITEMS, Bound.AT_LEAST, 3, Candidate.MQTT),
          alone(Candidate.MEMORY_DIRECT, Figure.ITEMS, 1_000_000),
          alone(Candidate.MEMORY_DEFAULT, Figure.ITEMS, 1_000_000));

  /**
   * @param actual the figure, or its multiple of the base
   */
  record Verdict(String target, double actual, boolean met) {}

  private static Target beside(Candidate candidate, Figure figure, Bound bound, double limit) {
    return new Target(candidate, figure, bound, limit, Candidate.JAVA_WEBSOCKET);
  }

  private static Target sealed(
      Candidate candidate, Figure figure, Bound bound, double limit, Candidate plain) {
    return new Target(candidate, figure, bound, limit, plain);
  }

  private static Target grpc(Figure figure, Bound bound, double limit, Candidate base) {
    return new Target(Candidate.GRPC_DIRECT, figure, bound, limit, base);
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
        base == null
            ? series.median(candidate, figure)
            : bound == Bound.AT_MOST_ABOVE
                ? series.difference(candidate, figure, base)
                : series.ratio(candidate, figure, base);
    boolean met = bound == Bound.AT_LEAST ? actual >= limit : actual <= limit;
    return new Verdict(toString(), actual, met);
  }

  @Override
  public String toString() {
    return candidate
        + ", "
        + figure.title()
        + ": at "
        + (bound == Bound.AT_LEAST ? "least " : "most ")
        + limitText();
  }

  private String limitText() {
    if (base == null) {
      return String.format(Locale.ROOT, "%,.0f", limit);
    }
    return bound == Bound.AT_MOST_ABOVE
        ? String.format(Locale.ROOT, "%,.0f more than %s", limit, base)
        : String.format(Locale.ROOT, "%.2f \u00d7 %s", limit, base);
  }
}
