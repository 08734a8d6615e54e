package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeWriter;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All exchanges between this process and one instance of a peer, whatever links there are between
 * them: none, one or several, one after the other.
 *
 * <p>Thread-safe: one lock guards the session, its exchanges and its links' turns. It is held for
 * bookkeeping only; the users of the exchanges and the ports of the links are told after it is
 * released, by whoever caused it.
 */
public final class Session {

  /**
   * Who the peer's instance is, as its handshake has shown.
   *
   * @param exchangePrefix what makes its counters unique among all: text of its instance
   * @param window the credit that it gives to each OPEN
   */
  public record Remote(Peer.Agent peer, String exchangePrefix, long window) {}

  private final SessionState state;
  private final Guard guard;
  private final Links links;

  /** A session that may or may not be the first with that instance: {@link Past#UNKNOWN}. */
  public Session(
      ExchangeOptions options,
      Budget budget,
      Remote remote,
      Interceptor.Next server,
      LongSupplier clock) {
    this(options, budget, remote, server, clock, Past.UNKNOWN);
  }

  /**
   * @param server the chain that incoming calls are given to
   * @param clock nanoseconds, as {@link System#nanoTime}
   * @param past what is left of the session with the same instance before this one
   */
  public Session(
      ExchangeOptions options,
      Budget budget,
      Remote remote,
      Interceptor.Next server,
      LongSupplier clock,
      Past past) {
    this(new SessionState(options, budget, remote, server, clock, past));
  }

  Session(SessionState state) {
    this.state = state;
    this.guard = state.guard();
    this.links = state.links();
  }

  // Calls.

  /** Opens an exchange; if there is no link now, it waits for one as long as the resume window. */
  public Requests open(Call call, Replies replies) {
    Opening opening = new Opening(call);
    String problem = opening.problem();
    guard.enter();
    try {
      OpenerExchange exchange = state.openers().open(opening, replies);
      Attachment best = links.best();
      if (!takesCalls()) {
        String who = state.isLeaving() ? "this agent" : "the peer";
        exchange.fail(Code.UNAVAILABLE, who + " is shutting down");
      } else if (problem != null) {
        exchange.fail(Code.INVALID_ARGUMENT, problem);
      } else if (best != null) {
        exchange.bind(best);
      }
      return new OpenerRequests(exchange);
    } finally {
      guard.exit();
    }
  }

  // Links.

  /**
   * A link to the peer's instance is up. Exchanges without one move to it.
   *
   * @param maxPacket the bytes of envelopes that a packet may hold, at least 1,024
   */
  public Attachment attach(Attachment.Port port, int maxPacket) {
    return locked(() -> links.attach(port, maxPacket));
  }

  /** A link is gone. What was bound to it moves to another one, or waits. */
  public void detach(Attachment attachment) {
    locked(() -> links.detach(attachment));
  }

  /**
   * New exchanges go over this link from now on, and those that this side has opened move there.
   */
  public void prefer(Attachment attachment) {
    locked(() -> links.prefer(attachment));
  }

  /** Nothing is heard from a link that should answer: the others are asked whether they do. */
  public void suspect(Attachment attachment) {
    locked(() -> links.suspect(attachment));
  }

  /** A link has answered a PING. If another one is suspected, exchanges move here from it. */
  public void answered(Attachment attachment) {
    locked(() -> links.answered(attachment));
  }

  /**
   * Says something of the link's own there: PING, PONG, or GOAWAY with what went wrong.
   *
   * @throws ViolationException if the peer makes us say more than it reads
   */
  public void control(Attachment at, Envelope envelope) {
    locked(
        () -> {
          if (links.contains(at)) {
            links.say(at, envelope);
          }
        });
  }

  /**
   * The envelopes of a packet, in order; PING and PONG are the link's own and not given here.
   *
   * @throws ViolationException the link must be closed; what came before in the packet counts
   */
  public void receive(Attachment at, List<Envelope> packet) {
    guard.enter();
    try {
      for (int i = 0; i < packet.size() && links.contains(at); i++) {
        state.receive(at, packet.get(i));
      }
    } finally {
      guard.exit();
    }
  }

  /**
   * Takes what fits into a packet. When nothing is left the port is told of the next output; until
   * then it is the caller's to come back.
   *
   * @param maxBytes no less than what {@link #attach} was told
   * @param into is empty, and stays so if there is nothing
   */
  public void poll(Attachment at, int maxBytes, Batch into) {
    guard.enter();
    try {
      while (true) {
        Envelope next = links.contains(at) ? at.next(state) : null;
        if (next == null) {
          into.nothingIsLeft();
          return;
        }
        int size = EnvelopeWriter.framedSize(next);
        if (into.bytes() + size > maxBytes && !into.isEmpty()) {
          at.hold(next);
          return;
        }
        into.add(next, size);
      }
    } finally {
      guard.exit();
    }
  }

  /** Whether the peer may have sent one more packet now, over any of its links. */
  public boolean allowsPacket() {
    return state.budget().allowsPacket(state.now());
  }

  // Life.

  /** Opens nothing new in either direction; what runs goes on. */
  public void leave() {
    locked(state::leave);
  }

  /** The peer's instance will not come back: every exchange with it ends. */
  public void end(String why) {
    locked(
        () -> {
          state.openers().all().forEach(exchange -> exchange.fail(Code.UNAVAILABLE, why));
          state.responders().all().forEach(ResponderExchange::expire);
        });
  }

  /** This side goes away: every exchange ends, and the peer is told of each. */
  public void close(String why) {
    AgentException reason = Failures.unknown(Code.UNAVAILABLE, why);
    locked(
        () -> {
          state.openers().all().forEach(exchange -> exchange.giveUp(reason));
          state.responders().all().forEach(exchange -> exchange.close(reason));
        });
  }

  /** Ends what nobody came for in time; to be called about once a second. */
  public void tick() {
    locked(
        () -> {
          long window = state.options().resumeWindow().toNanos();
          state.openers().all().forEach(exchange -> exchange.expireAfter(window));
          state.responders().all().forEach(exchange -> exchange.expireAfter(window));
          if (state.openers().isDoneDue()) {
            state.signalUpkeep();
          }
        });
  }

  /** Whether new calls may be opened here: the peer has not said GOAWAY, nor have we. */
  public boolean takesCalls() {
    return !state.isLeaving() && !state.isPeerLeaving();
  }

  public boolean hasLink() {
    return locked(() -> links.best() != null);
  }

  /** How long there has been no link at all; 0 while there is one. */
  public long linklessNanos() {
    return locked(links::linklessNanos);
  }

  /** Exchanges kept here: those we opened and those the peer opened, finished ones included. */
  public int size() {
    return locked(() -> state.openers().size() + state.responders().size());
  }

  /** Exchanges that somebody still works on or waits for. */
  public int running() {
    return locked(() -> state.openers().size() + state.responders().running());
  }

  /** Calls of ours with a single reply that has not come yet. */
  public int awaitedReplies() {
    return locked(state.openers()::awaitedReplies);
  }

  /** What must be known to the next session with the same instance once this one is dropped. */
  public Past past() {
    return locked(state::toPast);
  }

  private <T> T locked(Supplier<T> what) {
    guard.enter();
    try {
      return what.get();
    } finally {
      guard.exit();
    }
  }

  private void locked(Runnable what) {
    guard.enter();
    try {
      what.run();
    } finally {
      guard.exit();
    }
  }
}
