package io.agentchannel.mqtt;

import io.agentchannel.AgentId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where agents were reached last, and have not left since. Those that were not asked for the
 * longest go first when there are too many. Thread-safe.
 */
final class FormerInboxes {
  private static final int MOST = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AgentId, Topics.Inbox> inboxes =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  void put(Topics.Inbox inbox) {
    lock.lock();
    try {
      inboxes.put(inbox.agent(), inbox);
      if (inboxes.size() > MOST) {
        inboxes.remove(inboxes.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  Topics.@Nullable Inbox get(AgentId agent) {
    lock.lock();
    try {
      return inboxes.get(agent);
    } finally {
      lock.unlock();
    }
  }

  /** Nobody is there any more. */
  void remove(Topics.Inbox inbox) {
    lock.lock();
    try {
      inboxes.remove(inbox.agent(), inbox);
    } finally {
      lock.unlock();
    }
  }
}
