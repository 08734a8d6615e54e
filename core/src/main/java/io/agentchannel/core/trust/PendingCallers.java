package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.core.trust.TrustFiles.Caller;
import io.agentchannel.core.trust.TrustFiles.Pending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers who was refused until somebody decides. The list on disk is bounded: strangers drive
 * out strangers, the one that was seen longest ago first; whoever is driven out can still be
 * approved, since each is told its own id. Thread-safe.
 */
final class PendingCallers {
  static final int MAX = 100;

  private static final Logger LOG = LoggerFactory.getLogger(PendingCallers.class);
  private static final int MAX_NAME = 128;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final TrustHome home;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AgentId, Caller> unsaved = new LinkedHashMap<>();
  private boolean warned;
  private long saved = System.nanoTime() - PAUSE_NANOS;

  PendingCallers(TrustHome home) {
    this.home = home;
  }

  /** Somebody was refused; {@link #save} writes it down. Any thread's; saving is the lane's. */
  void note(AgentId id, String name, String from, String called, Instant now) {
    Caller refused = new Caller(id, cut(name), cut(from), called, now, now, 1);
    lock.lock();
    try {
      Caller before = unsaved.remove(id);
      unsaved.put(id, before == null ? refused : again(before, refused));
      if (unsaved.size() > MAX) {
        unsaved.remove(unsaved.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  private static Caller again(Caller before, Caller now) {
    return new Caller(
        now.id(),
        now.name(),
        now.from(),
        now.called(),
        before.first(),
        now.last(),
        before.count() + now.count());
  }

  private static String cut(String text) {
    return text.length() > MAX_NAME ? text.substring(0, MAX_NAME) : text;
  }

  /** Writes now what is new, unless that was done just before; the next {@link #save} does then. */
  void saveSoon(Rules rules) {
    if (System.nanoTime() - saved >= PAUSE_NANOS) {
      save(rules);
    }
  }

  /** Writes what is new, but for those that the rules allow by now. Blocks. */
  void save(Rules rules) {
    Map<AgentId, Caller> fresh = take();
    fresh.keySet().removeIf(id -> !rules.of(id).isNothing());
    if (fresh.isEmpty()) {
      return;
    }
    saved = System.nanoTime();
    try {
      home.lock()
          .holding(
              () -> {
                home.pending().replace(new Pending(merged(home.pending().read(), fresh)));
                return null;
              });
    } catch (AgentException e) {
      if (!warned) {
        warned = true;
        LOG.warn("callers that wait for approval are only logged: {}", e.getMessage());
      }
    }
  }

  private Map<AgentId, Caller> take() {
    lock.lock();
    try {
      Map<AgentId, Caller> fresh = new LinkedHashMap<>(unsaved);
      unsaved.clear();
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  private static List<Caller> merged(Pending there, Map<AgentId, Caller> fresh) {
    Map<AgentId, Caller> all = new LinkedHashMap<>();
    there.pending().forEach(caller -> all.put(caller.id(), caller));
    fresh.forEach(
        (id, caller) -> {
          @Nullable Caller before = all.get(id);
          all.put(id, before == null ? caller : again(before, caller));
        });
    List<Caller> byTime = new ArrayList<>(all.values());
    byTime.sort(Comparator.comparing(Caller::last).reversed());
    return byTime.size() > MAX ? byTime.subList(0, MAX) : byTime;
  }

  /**
   * Strikes a caller off, under the home's lock.
   *
   * @return what was known of it, or null
   */
  static @Nullable Caller strike(TrustHome home, AgentId id) {
    List<Caller> all = new ArrayList<>(home.pending().read().pending());
    Caller found = null;
    for (Caller caller : all) {
      if (caller.id().equals(id)) {
        found = caller;
      }
    }
    if (found != null) {
      all.remove(found);
      home.pending().replace(new Pending(all));
    }
    return found;
  }
}
