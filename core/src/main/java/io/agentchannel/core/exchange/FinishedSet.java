package io.agentchannel.core.exchange;

import java.util.Map;
import java.util.TreeMap;

/**
 * The opener's exchanges that will never run again: all below the floor, and the counters above it
 * that have finished, kept as ranges. Since a caller's counters finish almost in order, its memory
 * is that of what is in flight, however many calls a long-lived one outlives.
 *
 * <p>An opener that leaves holes all over has its oldest ones filled: what was in them and never
 * came does not run any more.
 */
class FinishedSet {
  static final int MAX_RANGES = 1 << 14;

  private final TreeMap<Long, Long> ranges = new TreeMap<>();
  private long floor = 1;

  boolean contains(long counter) {
    if (counter < floor) {
      return true;
    }
    Map.Entry<Long, Long> below = ranges.floorEntry(counter);
    return below != null && counter <= below.getValue();
  }

  void add(long counter) {
    if (contains(counter)) {
      return;
    }
    long first = counter;
    long last = counter;
    Map.Entry<Long, Long> below = ranges.lowerEntry(counter);
    if (below != null && below.getValue() == counter - 1) {
      first = below.getKey();
    }
    Map.Entry<Long, Long> above = ranges.higherEntry(counter);
    if (above != null && above.getKey() == counter + 1) {
      last = above.getValue();
      ranges.remove(above.getKey());
    }
    ranges.put(first, last);
    absorb();
    if (ranges.size() > MAX_RANGES) {
      Map.Entry<Long, Long> oldest = ranges.pollFirstEntry();
      ranges.put(oldest.getKey(), ranges.pollFirstEntry().getValue());
    }
  }

  /** Nothing below this will be sent again. An older floor changes nothing. */
  void raiseFloor(long newFloor) {
    if (newFloor <= floor) {
      return;
    }
    floor = newFloor;
    for (Map.Entry<Long, Long> first = ranges.firstEntry();
        first != null && first.getKey() < floor;
        first = ranges.firstEntry()) {
      ranges.pollFirstEntry();
      if (first.getValue() >= floor) {
        ranges.put(floor, first.getValue());
      }
    }
    absorb();
  }

  private void absorb() {
    Map.Entry<Long, Long> first = ranges.firstEntry();
    if (first != null && first.getKey() == floor) {
      ranges.pollFirstEntry();
      floor = first.getValue() + 1;
    }
  }

  long floor() {
    return floor;
  }

  /** How many ranges are kept above the floor; never more than {@link #MAX_RANGES}. */
  int ranges() {
    return ranges.size();
  }
}
