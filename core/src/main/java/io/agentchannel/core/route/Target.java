package io.agentchannel.core.route;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.RouteReport;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.security.Hello;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the channels to one target share: the end of their chain of interceptors. A call goes to the
 * session with the peer's instance that is there, or waits for one. Thread-safe.
 */
public final class Target implements Destination, Route.Owner {

  /**
   * What a target is made of.
   *
   * @param text what the channel was opened with
   * @param id the peer's, if it is known
   * @param endpoint where it is, or null if it can only come to us
   * @param intended the agent's name or id as the endpoint's handshake is to say it; may be empty
   * @param invite the secret of an invitation, shown to the peer and to nobody else; null for none
   * @param peer what the configuration calls it, or null if it is not there
   */
  public record Description(
      String text,
      @Nullable AgentId id,
      @Nullable URI endpoint,
      String intended,
      byte @Nullable [] invite,
      @Nullable String peer) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Description[" + id + ", " + endpoint + "]";
    }
  }

  private final Description description;
  private final PeerTable peers;
  private final @Nullable Route route;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<PendingCall> waiting = new LinkedHashSet<>();
  private volatile @Nullable Session session;
  private volatile @Nullable AgentId met;
  private volatile boolean closed;

  public Target(
      Description description,
      PeerTable peers,
      Connector connector,
      Duration reconnectFirst,
      Duration reconnectMax,
      ScheduledExecutorService timers) {
    this.description = description;
    this.peers = peers;
    this.met = description.id();
    URI endpoint = description.endpoint();
    this.route =
        endpoint == null
            ? null
            : new Route(
                endpoint,
                new Connector.Aim(
                    description.intended(),
                    description.id(),
                    description.invite(),
                    description.peer()),
                connector,
                reconnectFirst,
                reconnectMax,
                timers,
                this);
  }

  @Override
  public Requests start(Call call, Replies replies) {
    Session there = usable();
    if (there != null) {
      return there.open(call, replies);
    }
    PendingCall pending = new PendingCall(this, call, replies);
    AgentException hopeless = hopeless();
    if (hopeless != null) {
      pending.fail(hopeless);
      return pending;
    }
    lock.lock();
    try {
      waiting.add(pending);
    } finally {
      lock.unlock();
    }
    Session meanwhile = usable();
    if (meanwhile != null) {
      beginWaiting(meanwhile);
    } else if (route != null) {
      route.connect();
    }
    return pending;
  }

  /** The session to use now; null if there is none with a link, or the peer is leaving. */
  private @Nullable Session usable() {
    Session current = session;
    if (current != null && current.takesCalls() && current.hasLink()) {
      return current;
    }
    AgentId id = met;
    Session other = id == null ? null : peers.live(id);
    if (other != null) {
      return other;
    }
    if (current != null && !current.takesCalls() && route != null) {
      route.abandonLink();
    }
    return null;
  }

  private @Nullable AgentException hopeless() {
    if (closed) {
      return new AgentException(
          Code.UNAVAILABLE, Outcome.NOT_SENT, "this agent is closed, or is closing");
    }
    if (route == null) {
      return new AgentException(
          Code.NOT_FOUND,
          Outcome.NOT_SENT,
          description.text()
              + " is not connected to this agent, and no endpoint of it is configured");
    }
    return null;
  }

  void forget(PendingCall call) {
    lock.lock();
    try {
      waiting.remove(call);
    } finally {
      lock.unlock();
    }
  }

  private void beginWaiting(Session there) {
    for (PendingCall call : takeWaiting()) {
      call.begin(there::open);
    }
  }

  private List<PendingCall> takeWaiting() {
    lock.lock();
    try {
      List<PendingCall> all = List.copyOf(waiting);
      waiting.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  // From the route.

  @Override
  public boolean isNeeded() {
    if (closed) {
      return false;
    }
    Session current = session;
    if (current != null && current.size() > 0) {
      return true;
    }
    lock.lock();
    try {
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Session onPeer(Hello peer) {
    Session before = session;
    Session now = peers.session(peer);
    session = now;
    met = peer.id();
    if (before != null && before != now && !before.hasLink()) {
      before.end("the peer has restarted: another instance of it answers");
    }
    return now;
  }

  @Override
  public void onLinkUp() {
    Session there = usable();
    if (there != null) {
      beginWaiting(there);
    }
  }

  @Override
  public void onRefused(AgentException failure) {
    Session lost = session;
    boolean forGood =
        failure.code() == Code.UNAUTHENTICATED || failure.code() == Code.PERMISSION_DENIED;
    if (forGood && lost != null && !lost.hasLink()) {
      lost.end("no link to the peer comes about any more: " + failure.getMessage());
    }
    for (PendingCall call : takeWaiting()) {
      call.fail(failure);
    }
  }

  @Nullable String trouble() {
    return route == null ? null : route.trouble();
  }

  @Override
  public RouteReport explain() {
    if (route != null) {
      return new RouteReport(description.text(), met, List.of(route.report()));
    }
    Session there = usable();
    RouteReport.Route inbound =
        new RouteReport.Route(
            "inbound",
            there == null ? RouteReport.State.UNTRIED : RouteReport.State.CONNECTED,
            there != null,
            null,
            0,
            null,
            there == null ? "the peer has not connected to this agent" : "the peer's own link");
    return new RouteReport(description.text(), met, List.of(inbound));
  }

  /** None to count here: they are among those of the {@link PeerTable}. */
  @Override
  public int awaitedReplies() {
    return 0;
  }

  @Override
  public CompletableFuture<Void> close() {
    closed = true;
    AgentException failure =
        new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, "this agent is closed");
    for (PendingCall call : takeWaiting()) {
      call.fail(failure);
    }
    return route == null ? CompletableFuture.completedFuture(null) : route.close();
  }
}
