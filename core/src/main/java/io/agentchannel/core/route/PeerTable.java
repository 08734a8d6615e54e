package io.agentchannel.core.route;

import io.agentchannel.AgentId;
import io.agentchannel.Interceptor;
import io.agentchannel.Peer;
import io.agentchannel.core.exchange.Budget;
import io.agentchannel.core.exchange.ExchangeOptions;
import io.agentchannel.core.exchange.FormerSessions;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.security.Hello;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with every instance of every peer, by the peer's id. A session outlives its links:
 * it is what makes a handler run once. Thread-safe.
 */
public final class PeerTable {
  /** How many instances may be remembered without a link; past it the longest gone is dropped. */
  private static final int MAX_LINKLESS = 4096;

  /** Of how many dropped ones it is known that they were there. */
  private static final int MAX_FORMER = 65_536;

  /** One running process of an agent. */
  private record Instance(AgentId agent, long number) {}

  /**
   * @param exchanges the bounds of each session
   * @param peerBytes what one peer may make this agent hold
   * @param peerPackets how many packets one peer may send in a second
   * @param memory how long a session outlives its last link
   */
  public record Options(
      ExchangeOptions exchanges, long peerBytes, int peerPackets, Duration memory) {}

  private static final class Record {
    final Budget budget;
    final Map<Long, Session> instances = new HashMap<>();

    Record(Options options) {
      budget = new Budget(options.peerBytes(), options.peerPackets());
    }
  }

  private final Options options;
  private final Interceptor.Next server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AgentId, Record> records = new HashMap<>();
  private final FormerSessions former = new FormerSessions(MAX_FORMER);
  private boolean leaving;

  public PeerTable(Options options, Interceptor.Next server) {
    this.options = options;
    this.server = server;
  }

  /**
   * The session with the instance that has just shown itself; the same one if it was here before.
   */
  public Session session(Hello peer) {
    lock.lock();
    try {
      Record record = records.computeIfAbsent(peer.id(), id -> new Record(options));
      Session session =
          record.instances.computeIfAbsent(peer.instance(), i -> newSession(peer, record));
      if (leaving) {
        session.leave();
      }
      return session;
    } finally {
      lock.unlock();
    }
  }

  private Session newSession(Hello peer, Record record) {
    ExchangeOptions own = options.exchanges();
    Duration theirs = Duration.ofMillis(peer.resumeMillis());
    ExchangeOptions agreed =
        theirs.compareTo(own.resumeWindow()) < 0 ? own.withResumeWindow(theirs) : own;
    Session.Remote remote =
        new Session.Remote(
            new Peer.Agent(peer.id(), peer.name()),
            Long.toHexString(peer.instance()) + "-",
            peer.window());
    return new Session(
        agreed,
        record.budget,
        remote,
        server,
        System::nanoTime,
        former.of(new Instance(peer.id(), peer.instance())));
  }

  /** A session with the agent that has a link and takes calls; null if there is none. */
  @Nullable Session live(AgentId id) {
    lock.lock();
    try {
      Record record = records.get(id);
      if (record != null) {
        for (Session session : record.instances.values()) {
          if (session.hasLink() && session.takesCalls()) {
            return session;
          }
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Lets time pass: to be called about once a second. */
  public void tick() {
    for (Session session : all()) {
      session.tick();
    }
    long memory = options.memory().toNanos();
    lock.lock();
    try {
      drop(linkless -> linkless > memory);
      List<Long> ages = linklessAges();
      if (ages.size() > MAX_LINKLESS) {
        ages.sort(null);
        long oldest = ages.get(MAX_LINKLESS);
        drop(linkless -> linkless >= oldest);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Long> linklessAges() {
    List<Long> ages = new ArrayList<>();
    for (Record record : records.values()) {
      for (Session session : record.instances.values()) {
        if (!session.hasLink()) {
          ages.add(session.linklessNanos());
        }
      }
    }
    return ages;
  }

  /** Drops what has no exchange and no link for so long; that it was there is remembered. */
  private void drop(LongPredicate linklessFor) {
    records.forEach(
        (agent, record) ->
            record
                .instances
                .entrySet()
                .removeIf(
                    entry -> {
                      Session session = entry.getValue();
                      boolean dropped =
                          session.size() == 0
                              && !session.hasLink()
                              && linklessFor.test(session.linklessNanos());
                      if (dropped) {
                        former.remember(new Instance(agent, entry.getKey()), session.past());
                      }
                      return dropped;
                    }));
    records.values().removeIf(record -> record.instances.isEmpty());
  }

  /** Every session says GOAWAY, those to come as well. */
  public void leave() {
    lock.lock();
    try {
      leaving = true;
    } finally {
      lock.unlock();
    }
    all().forEach(Session::leave);
  }

  /** Ends every exchange and tells the peers. */
  public void close(String why) {
    all().forEach(session -> session.close(why));
  }

  /** Calls of ours with a single reply that has not come yet. */
  public int awaitedReplies() {
    int count = 0;
    for (Session session : all()) {
      count += session.awaitedReplies();
    }
    return count;
  }

  private List<Session> all() {
    lock.lock();
    try {
      List<Session> all = new ArrayList<>();
      records.values().forEach(record -> all.addAll(record.instances.values()));
      return all;
    } finally {
      lock.unlock();
    }
  }
}
