package io.agentchannel.bench;

import io.agentchannel.bench.Entrant.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;

/**
 * Measures the candidates in rounds. In a round each kind of work is done by all candidates, one
 * right after the other, and every second round goes through them backwards: what slows the machine
 * for a while slows neighbours alike. All are measured for the same time. Garbage is collected
 * before each, so that nobody pays for another.
 */
final class Rounds implements AutoCloseable {
  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Options options;
  private final List<Entrant> entrants = new ArrayList<>();
  private final Histogram nanos = new Histogram(HIGHEST_NANOS, 3);
  private final Series series = new Series();

  Rounds(Options options) {
    this.options = options;
    try {
      options.only().forEach(candidate -> entrants.add(new Entrant(candidate)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * @param progress is told of each round, from 1
   */
  Series run(IntConsumer progress) {
    for (int round = 1; round <= options.warmUp() + options.rounds(); round++) {
      progress.accept(round);
      for (Work work : Work.values()) {
        for (Entrant entrant : entrants) {
          measure(entrant, work, round > options.warmUp());
        }
      }
      Collections.reverse(entrants);
    }
    return series;
  }

  /** How often a raw library left a message lying, and was started again. */
  int stalls() {
    return entrants.stream().mapToInt(Entrant::stalls).sum();
  }

  private void measure(Entrant entrant, Work work, boolean counts) {
    System.gc();
    double perSecond = entrant.perSecond(work, options.each().toNanos() / 1e9, nanos);
    if (!counts) {
      return;
    }
    Candidate candidate = entrant.candidate();
    switch (work) {
      case ROUND_TRIPS -> {
        series.add(candidate, Figure.P50, nanos.getValueAtPercentile(50) / 1e3);
        series.add(candidate, Figure.P99, nanos.getValueAtPercentile(99) / 1e3);
      }
      case IN_FLIGHT -> series.add(candidate, Figure.IN_FLIGHT, perSecond);
      case STREAM -> series.add(candidate, Figure.ITEMS, perSecond);
    }
  }

  @Override
  public void close() {
    entrants.forEach(Entrant::close);
  }
}
