package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Peer;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.link.LinkDriver;
import io.agentchannel.core.link.LinkHost;
import io.agentchannel.core.route.PeerTable;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.trust.Trust;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links that peers have made to this agent. Those whose handshake is not complete are bounded:
 * a new one drives out the oldest. Thread-safe.
 */
final class Inbound implements LinkHost {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
  private static final int MAX_HALF_OPEN = 256;

  private final PeerTable peers;
  private final Trust trust;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<LinkDriver> halfOpen = new LinkedHashSet<>();
  private final Map<LinkDriver, AgentId> live = new LinkedHashMap<>();
  private boolean closed;

  Inbound(PeerTable peers, Trust trust) {
    this.peers = peers;
    this.trust = trust;
  }

  /** A link that is driven now; its handshake may even be complete or failed already. */
  void add(LinkDriver link) {
    LinkDriver tooOld = null;
    lock.lock();
    try {
      if (closed) {
        tooOld = link;
      } else if (!link.isLive() && !link.hasEnded()) {
        halfOpen.add(link);
        if (halfOpen.size() > MAX_HALF_OPEN) {
          tooOld = halfOpen.iterator().next();
          halfOpen.remove(tooOld);
        }
      }
    } finally {
      lock.unlock();
    }
    if (tooOld != null) {
      tooOld.close();
    }
  }

  @Override
  public CompletionStage<?> admit(LinkDriver link, Hello peer) {
    return trust.admit(new Peer.Agent(peer.id(), peer.name()), link.info().remote(), peer.invite());
  }

  @Override
  public Session onEstablished(LinkDriver link, Hello peer) {
    lock.lock();
    try {
      live.put(link, peer.id());
      if (link.hasEnded()) {
        live.remove(link);
      }
    } finally {
      lock.unlock();
    }
    return peers.session(peer);
  }

  @Override
  public void onLive(LinkDriver link) {
    AgentId peer;
    lock.lock();
    try {
      halfOpen.remove(link);
      peer = live.get(link);
    } finally {
      lock.unlock();
    }
    if (peer != null && !trust.isWelcome(peer)) {
      link.expel(Trust.revokedLink());
    }
  }

  @Override
  public void onEnded(LinkDriver link, @Nullable AgentException failure) {
    lock.lock();
    try {
      halfOpen.remove(link);
      live.remove(link);
    } finally {
      lock.unlock();
    }
    if (failure != null) {
      LOG.debug("a link from {} ended: {}", link.info().remote(), failure.getMessage());
    }
  }

  /** Tells a peer on all links that it has made that it is not wanted any more, and closes them. */
  void expel(AgentId peer) {
    List<LinkDriver> its;
    lock.lock();
    try {
      its = live.keySet().stream().filter(link -> peer.equals(live.get(link))).toList();
    } finally {
      lock.unlock();
    }
    its.forEach(link -> link.expel(Trust.revokedLink()));
  }

  /** Closes all; completes when what had gathered is sent. */
  CompletableFuture<Void> close() {
    List<LinkDriver> all;
    lock.lock();
    try {
      closed = true;
      all = new ArrayList<>(halfOpen);
      all.addAll(live.keySet());
    } finally {
      lock.unlock();
    }
    return CompletableFuture.allOf(
        all.stream().map(LinkDriver::close).toArray(CompletableFuture[]::new));
  }
}
