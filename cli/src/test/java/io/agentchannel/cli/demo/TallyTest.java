package io.agentchannel.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.samples.Librarian.Line;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static Tally of(long... numbers) {
    Tally tally = new Tally();
    for (long number : numbers) {
      tally.add(new Line(number, "a.txt", 1, "text"));
    }
    return tally;
  }

  @Test
  void everyLineOnceAndInOrderIsWhole() {
    assertThat(of(1, 2, 3).isWhole(3)).isTrue();
  }

  @Test
  void whatIsLostTwiceOrOutOfOrderIsCounted() {
    assertThat(of(1, 3).isWhole(3)).isFalse();
    assertThat(of(1, 3).toText(3)).isEqualTo("2 lines: 1 lost, 0 twice, 0 out of order");
    assertThat(of(1, 2, 2, 3).isWhole(3)).isFalse();
    assertThat(of(1, 2, 2, 3).toText(3)).isEqualTo("4 lines: 0 lost, 1 twice, 0 out of order");
    assertThat(of(1, 3, 2).isWhole(3)).isFalse();
    assertThat(of(1, 3, 2).toText(3)).isEqualTo("3 lines: 0 lost, 0 twice, 1 out of order");
    assertThat(of(1, 2, 3, 4).isWhole(3)).isFalse();
    assertThat(of().isWhole(3)).isFalse();
  }

  @Test
  void readingsAreTheSameIfTheirLinesAre() {
    assertThat(of(1, 2).sameAs(of(1, 2))).isTrue();
    assertThat(of(1, 2).sameAs(of(2, 1))).isFalse();
    assertThat(of(1, 2).sameAs(of(1))).isFalse();
  }
}
