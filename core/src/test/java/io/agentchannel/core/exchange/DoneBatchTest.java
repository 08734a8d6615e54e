package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DoneBatchTest {
  private static final long MILLI = 1_000_000;
  private final DoneBatch batch = new DoneBatch();

  @Test
  void isDueWhenItIsOldAndNotBefore() {
    assertThat(batch.isDue(1000 * MILLI)).isFalse();
    batch.add(1, 100, 0);
    batch.add(2, 100, 40 * MILLI);

    assertThat(batch.isDue(49 * MILLI)).isFalse();
    assertThat(batch.isDue(50 * MILLI)).isTrue();
    assertThat(batch.isUrgent()).isFalse();
  }

  @Test
  void isUrgentWhenMuchIsKeptForIt() {
    batch.add(1, 64 << 10, 0);

    assertThat(batch.isUrgent()).isTrue();
  }

  @Test
  void isUrgentWhenTheyAreMany() {
    for (int counter = 1; counter < 32; counter++) {
      batch.add(counter, 10, 0);
    }
    assertThat(batch.isUrgent()).isFalse();

    batch.add(32, 10, 0);

    assertThat(batch.isUrgent()).isTrue();
  }

  @Test
  void givesTheCountersFromTheFloorOnSortedAndForgetsThem() {
    for (long counter : new long[] {9, 3, 7, 5, 1}) {
      batch.add(counter, 10, 0);
    }

    assertThat(batch.take(5, 100)).containsExactly(5, 7, 9);
    assertThat(batch.isEmpty()).isTrue();
    assertThat(batch.take(1, 100)).isEmpty();
  }

  @Test
  void keepsWhatDidNotFit() {
    long[] counters = LongStream.rangeClosed(1, 3000).toArray();
    Arrays.stream(counters).forEach(counter -> batch.add(counter, 10, 0));

    assertThat(batch.take(1, 10)).isEqualTo(LongStream.rangeClosed(1, 10).toArray());
    assertThat(batch.isUrgent()).isTrue();
    assertThat(batch.take(1, 5000)).isEqualTo(LongStream.rangeClosed(11, 1034).toArray());
    assertThat(batch.take(2000, 5000)).isEqualTo(LongStream.rangeClosed(2000, 3000).toArray());
    assertThat(batch.isEmpty()).isTrue();
  }
}
