package io.agentchannel.core.exchange;

import java.util.SplittableRandom;

/** The seeded choices of a simulation. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** Both ends included. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** Nanoseconds of up to so many milliseconds. */
  long millis(int least, int most) {
    return random.nextLong(least * VirtualTime.MILLI, most * VirtualTime.MILLI + 1);
  }

  int oneOf(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Nothing, little, a packet's worth, several windows: all about as often. */
  int messageSize(int window) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1, 2, 3 -> between(1, 300);
      case 4, 5 -> between(300, 5000);
      case 6 -> between(5000, window);
      default -> between(window, 3 * window);
    };
  }
}
