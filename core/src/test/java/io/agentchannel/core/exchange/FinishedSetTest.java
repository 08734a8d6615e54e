package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FinishedSetTest {

  @Test
  void agreesWithANaiveSet() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      FinishedSet set = new FinishedSet();
      Set<Long> naive = new HashSet<>();
      long floor = 1;
      int span = 1 + random.nextInt(200);
      for (int step = 0; step < 300; step++) {
        long counter = 1 + random.nextInt(span);
        if (random.nextInt(20) == 0) {
          set.raiseFloor(counter);
          floor = Math.max(floor, counter);
        } else {
          set.add(counter);
          naive.add(counter);
        }
        long below = floor;
        for (long c = 0; c <= span + 1; c++) {
          assertThat(set.contains(c))
              .as("seed %s step %s counter %s", seed, step, c)
              .isEqualTo(c < below || naive.contains(c));
        }
      }
    }
  }

  @Test
  void keepsOneRangeForEachHole() {
    FinishedSet set = new FinishedSet();
    for (long counter = 2; counter <= 1000; counter++) {
      set.add(counter);
    }
    assertThat(set.ranges()).isEqualTo(1);
    assertThat(set.floor()).isEqualTo(1);

    set.add(1);

    assertThat(set.ranges()).isZero();
    assertThat(set.floor()).isEqualTo(1001);
  }

  @Test
  void floorSwallowsWhatIsBelowItAndWhatTouchesIt() {
    FinishedSet set = new FinishedSet();
    for (long counter : new long[] {3, 5, 6, 9}) {
      set.add(counter);
    }

    set.raiseFloor(5);

    assertThat(set.floor()).isEqualTo(7);
    assertThat(set.ranges()).isEqualTo(1);
    set.raiseFloor(2);
    assertThat(set.floor()).isEqualTo(7);
  }

  @Test
  void fillsItsOldestHolesWhenThereAreTooMany() {
    FinishedSet set = new FinishedSet();
    for (long i = 1; i <= FinishedSet.MAX_RANGES + 10; i++) {
      set.add(10 * i);
    }

    assertThat(set.ranges()).isEqualTo(FinishedSet.MAX_RANGES);
    assertThat(set.contains(15)).isTrue();
    assertThat(set.contains(9)).isFalse();
    assertThat(set.contains(10L * FinishedSet.MAX_RANGES + 5)).isFalse();
  }
}
