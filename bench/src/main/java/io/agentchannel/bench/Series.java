package io.agentchannel.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;

/** The figures of all rounds. Not thread-safe. */
final class Series {
  private final Map<Candidate, Map<Figure, List<Double>>> values = new EnumMap<>(Candidate.class);

  /** What a candidate was measured at in the next round. */
  void add(Candidate candidate, Figure figure, double value) {
    values
        .computeIfAbsent(candidate, c -> new EnumMap<>(Figure.class))
        .computeIfAbsent(figure, f -> new ArrayList<>())
        .add(value);
  }

  Set<Candidate> candidates() {
    return values.keySet();
  }

  boolean has(Candidate candidate) {
    return values.containsKey(candidate);
  }

  /** In the order of the rounds. */
  List<Double> rounds(Candidate candidate, Figure figure) {
    return List.copyOf(values.getOrDefault(candidate, Map.of()).getOrDefault(figure, List.of()));
  }

  double median(Candidate candidate, Figure figure) {
    return quantile(rounds(candidate, figure), 0.5);
  }

  /** How far apart the middle half of the rounds lies, as a part of the median. */
  double spread(Candidate candidate, Figure figure) {
    List<Double> rounds = rounds(candidate, figure);
    return (quantile(rounds, 0.75) - quantile(rounds, 0.25)) / quantile(rounds, 0.5);
  }

  /**
   * The median of the rounds' ratios: what disturbs the machine for longer than one measurement
   * disturbs both sides of each.
   */
  double ratio(Candidate candidate, Figure figure, Candidate base) {
    return median(candidate, figure, base, (over, under) -> over / under);
  }

  /** The median of the rounds' differences, likewise. */
  double difference(Candidate candidate, Figure figure, Candidate base) {
    return median(candidate, figure, base, (more, less) -> more - less);
  }

  private double median(
      Candidate candidate, Figure figure, Candidate base, DoubleBinaryOperator compared) {
    List<Double> left = rounds(candidate, figure);
    List<Double> right = rounds(base, figure);
    List<Double> results = new ArrayList<>();
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      results.add(compared.applyAsDouble(left.get(i), right.get(i)));
    }
    return quantile(results, 0.5);
  }

  /** With linear interpolation between the two nearest; NaN of nothing. */
  static double quantile(List<Double> values, double part) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    double place = part * (sorted.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }
}
