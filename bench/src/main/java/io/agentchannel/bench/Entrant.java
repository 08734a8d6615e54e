package io.agentchannel.bench;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A candidate in a run: its two ends, and how quick it has been at each work so far. */
final class Entrant implements AutoCloseable {
  private static final int FIRST_COUNT = 200;
  private static final int MAX_COUNT = 20_000_000;
  private static final int MAX_STALLS_IN_A_ROW = 5;

  /** What there is to do in a round. */
  enum Work {
    ROUND_TRIPS,
    IN_FLIGHT,
    STREAM
  }

  private final Candidate candidate;
  private final Map<Work, Double> rates = new EnumMap<>(Work.class);
  private Subject subject;
  private int stalls;

  Entrant(Candidate candidate) {
    this.candidate = candidate;
    this.subject = candidate.open();
  }

  Candidate candidate() {
    return candidate;
  }

  int stalls() {
    return stalls;
  }

  /**
   * Does as much of the work as takes about this long, going by the last time.
   *
   * @param nanos takes the round trips, where they are the work
   * @return how much it does in a second
   */
  double perSecond(Work work, double seconds, Histogram nanos) {
    Double rate = rates.get(work);
    int count =
        rate == null
            ? FIRST_COUNT
            : (int) Math.max(FIRST_COUNT, Math.min(rate * seconds, MAX_COUNT));
    double perSecond = count / seconds(work, count, nanos);
    rates.put(work, perSecond);
    return perSecond;
  }

  private double seconds(Work work, int count, Histogram nanos) {
    for (int attempt = 1; ; attempt++) {
      nanos.reset();
      long start = System.nanoTime();
      try {
        work(work, count, nanos);
        return (System.nanoTime() - start) / 1e9;
      } catch (StalledException e) {
        // Of AgentChannel it is a fault, and nothing to measure around.
        if (!(subject instanceof RawSubject) || attempt == MAX_STALLS_IN_A_ROW) {
          throw e;
        }
        stalls++;
        subject.close();
        subject = candidate.open();
      }
    }
  }

  private void work(Work work, int count, Histogram nanos) {
    switch (work) {
      case ROUND_TRIPS -> subject.roundTrips(count, nanos);
      case IN_FLIGHT -> subject.inFlight(count, Figure.AT_ONCE);
      case STREAM -> subject.stream(count);
    }
  }

  @Override
  public void close() {
    subject.close();
  }
}
