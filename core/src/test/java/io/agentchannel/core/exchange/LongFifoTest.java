package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LongFifoTest {

  @Test
  void agreesWithADequeOfBoxes() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LongFifo fifo = new LongFifo();
      ArrayDeque<Long> naive = new ArrayDeque<>();
      int bias = 1 + random.nextInt(3);
      for (int step = 0; step < 500; step++) {
        int choice = random.nextInt(100);
        if (choice == 0) {
          fifo.clear();
          naive.clear();
        } else if (choice % 4 < bias) {
          long value = random.nextLong();
          fifo.add(value);
          naive.add(value);
        } else if (!naive.isEmpty()) {
          assertThat(fifo.remove()).as("seed %s step %s", seed, step).isEqualTo(naive.remove());
        }
        assertThat(fifo.size()).isEqualTo(naive.size());
      }
    }
  }
}
