package io.agentchannel.core.exchange;

import java.util.PriorityQueue;

/** A clock that stands still until the next event; events at one moment keep their order. */
final class VirtualTime {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1000 * MILLI;

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long order;

  long now() {
    return now;
  }

  void after(long nanos, Runnable action) {
    events.add(new Event(now + nanos, order++, action));
  }

  void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at <= end) {
      Event next = events.poll();
      now = next.at;
      next.action.run();
    }
    now = Math.max(now, end);
  }
}
