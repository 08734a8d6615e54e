package io.agentchannel.core.exchange;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers of dropped sessions what their successors must know, in a few bytes each. Of those that
 * do not fit any more it keeps one upper bound, which is right for all of them.
 *
 * <p>Thread-safe.
 */
public final class FormerSessions {
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Past> pasts = new LinkedHashMap<>();
  private Past rest = Past.NONE;

  /**
   * @param most how many are remembered one by one
   */
  public FormerSessions(int most) {
    this.most = most;
  }

  /** What the next session with the instance begins with. */
  public Past of(Object instance) {
    lock.lock();
    try {
      return pasts.getOrDefault(instance, rest);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A session with the instance is dropped.
   *
   * @param past {@link Session#past} of it
   */
  public void remember(Object instance, Past past) {
    lock.lock();
    try {
      pasts.remove(instance);
      if (past.equals(rest)) {
        return;
      }
      pasts.put(instance, past);
      if (pasts.size() > most) {
        Object oldest = pasts.keySet().iterator().next();
        Past evicted = pasts.remove(oldest);
        rest = new Past(Math.max(rest.next(), evicted.next()), rest.lost() || evicted.lost());
      }
    } finally {
      lock.unlock();
    }
  }
}
