package io.agentchannel.http.guest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those who wait for one exchange, a few at most. Not thread-safe; runs none of them. */
final class Watchers {
  private static final int MOST = 8;

  private final ArrayDeque<Watcher> waiting = new ArrayDeque<>();

  /** Takes one more; returns the one that has to make room, to be run. */
  @Nullable Watcher add(Watcher watcher) {
    Watcher crowdedOut = waiting.size() < MOST ? null : waiting.poll();
    waiting.add(watcher);
    return crowdedOut;
  }

  boolean remove(Watcher watcher) {
    return waiting.remove(watcher);
  }

  /** Takes those out whose time has come, to be run. */
  List<Watcher> due(long last, boolean done) {
    List<Watcher> due = new ArrayList<>();
    for (Watcher watcher : waiting) {
      if (watcher.isMet(last, done)) {
        due.add(watcher);
      }
    }
    waiting.removeAll(due);
    return due;
  }
}
