package io.agentchannel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final Offset<Double> EXACT = within(1e-9);

  private final Series series = new Series();

  @Test
  void quantilesLieBetweenTheirNeighbours() {
    assertThat(Series.quantile(List.of(4.0, 1.0, 3.0, 2.0), 0.5)).isCloseTo(2.5, EXACT);
    assertThat(Series.quantile(List.of(30.0, 10.0, 20.0), 0.5)).isCloseTo(20, EXACT);
    assertThat(Series.quantile(List.of(0.0, 100.0), 0.75)).isCloseTo(75, EXACT);
    assertThat(Series.quantile(List.of(7.0), 0.25)).isCloseTo(7, EXACT);
    assertThat(Series.quantile(List.of(), 0.5)).isNaN();
  }

  @Test
  void ratioIsTakenWithinEachRound() {
    add(Candidate.JAVA_WEBSOCKET, 100, 1000, 200);
    add(Candidate.WS_DIRECT, 50, 500, 300);

    assertThat(series.ratio(Candidate.WS_DIRECT, Figure.P50, Candidate.JAVA_WEBSOCKET))
        .isCloseTo(0.5, EXACT);
  }

  @Test
  void spreadIsOfTheMiddleHalf() {
    add(Candidate.NETTY, 9, 10, 11, 10, 1000);

    assertThat(series.spread(Candidate.NETTY, Figure.P50)).isCloseTo(0.1, EXACT);
  }

  @Test
  void targetsAreJudgedByWhatWasMeasured() {
    add(Candidate.JAVA_WEBSOCKET, 100);
    add(Candidate.WS_DIRECT, 116);
    series.add(Candidate.JAVA_WEBSOCKET, Figure.IN_FLIGHT, 10);
    series.add(Candidate.WS_DIRECT, Figure.IN_FLIGHT, 20);
    series.add(Candidate.JAVA_WEBSOCKET, Figure.ITEMS, 10);
    series.add(Candidate.WS_DIRECT, Figure.ITEMS, 29);

    assertThat(Target.judge(series))
        .extracting(Target.Verdict::met)
        .containsExactly(false, true, false);
  }

  private void add(Candidate candidate, double... p50) {
    for (double value : p50) {
      series.add(candidate, Figure.P50, value);
    }
  }
}
