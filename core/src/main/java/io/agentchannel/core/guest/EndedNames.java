package io.agentchannel.core.guest;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The names of exchanges that ended lately: what a client sent for one before it saw the end is no
 * mistake of its. Bounded; thread-safe.
 */
final class EndedNames {
  private static final int MAX = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> names = new LinkedHashSet<>();

  void add(String name) {
    lock.lock();
    try {
      names.remove(name);
      names.add(name);
      if (names.size() > MAX) {
        Iterator<String> oldest = names.iterator();
        oldest.next();
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean contains(String name) {
    lock.lock();
    try {
      return names.contains(name);
    } finally {
      lock.unlock();
    }
  }
}
