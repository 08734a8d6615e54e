package io.agentchannel.core.exchange;

import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.core.OneLine;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Done;
import io.agentchannel.core.wire.Status;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session is made of, and what its parts ask of it. All of it is guarded by {@link #guard}.
 */
class SessionState {
  private static final Logger LOG = LoggerFactory.getLogger(SessionState.class);

  private final ExchangeOptions options;
  private final Budget budget;
  private final Session.Remote remote;
  private final String peerName;
  private final Past past;
  private final Guard guard;
  private final OpenerTable openers;
  private final ResponderTable responders;
  private final Links links;
  private final StrayLimit strays = new StrayLimit();
  private volatile boolean leaving;
  private volatile boolean peerLeaving;

  SessionState(
      ExchangeOptions options,
      Budget budget,
      Session.Remote remote,
      Interceptor.Next server,
      LongSupplier clock,
      Past past) {
    this.options = options;
    this.budget = budget;
    this.remote = remote;
    this.peerName = remote.peer().displayName();
    this.past = past;
    this.guard = new Guard(budget, clock);
    this.openers = new OpenerTable(this, past.next());
    this.responders = new ResponderTable(this, server, past.lost());
    this.links = new Links(this);
  }

  /** One envelope that arrived at a link. */
  void receive(Attachment at, Envelope envelope) {
    responders.onSpeech(envelope);
    switch (envelope.kind()) {
      case DONE -> {
        Done done = envelope.done();
        if (done != null) {
          responders.onDone(done);
        }
      }
      case GOAWAY -> onGoAway(envelope.status());
      case PING, PONG -> throw new IllegalArgumentException("PING and PONG are the link's");
      default -> {
        if (envelope.mine()) {
          responders.receive(at, envelope);
        } else {
          openers.receive(at, envelope);
        }
      }
    }
  }

  private void onGoAway(@Nullable Status status) {
    if (status != null && status.isOk()) {
      peerLeaving = true;
    } else {
      LOG.warn(
          "{} closes the link: {}",
          OneLine.of(remote.peer().displayName()),
          OneLine.of(status == null ? "no reason given" : status.code() + " " + status.message()));
    }
  }

  /** What the link is to carry for nobody in particular; null if nothing. */
  @Nullable Envelope upkeep(Attachment at) {
    Done done = openers.takeDone(at.maxPacket());
    return done == null ? null : Envelope.done(done);
  }

  /** Tells the sender that an exchange is unknown here. */
  void answerStray(Attachment at, long counter, boolean mine) {
    if (strays.allows(now())) {
      Status unknown =
          Status.of(Code.UNAVAILABLE, Outcome.UNKNOWN, "this exchange is not known here");
      links.say(at, Envelope.ofExchange(Envelope.Kind.CANCEL, mine, counter, unknown));
    }
  }

  /** Some link should carry what {@link #upkeep} gives. */
  void signalUpkeep() {
    Attachment best = links.best();
    if (best != null) {
      guard.hasOutput(best);
    }
  }

  void leave() {
    if (!leaving) {
      leaving = true;
      links.sayGoAwayEverywhere();
    }
  }

  /** What a successor must know. */
  Past toPast() {
    return openers.next() > 1 || responders.hasRecord() ? new Past(openers.next(), true) : past;
  }

  SendFlow newSendFlow(long credit) {
    return new SendFlow(budget, credit);
  }

  FinishedSet newFinishedSet() {
    return new FinishedSet();
  }

  Guard guard() {
    return guard;
  }

  OpenerTable openers() {
    return openers;
  }

  ResponderTable responders() {
    return responders;
  }

  Links links() {
    return links;
  }

  ExchangeOptions options() {
    return options;
  }

  Budget budget() {
    return budget;
  }

  long peerWindow() {
    return remote.window();
  }

  Peer.Agent peer() {
    return remote.peer();
  }

  /** Made once, since it goes into every call. */
  String peerName() {
    return peerName;
  }

  String exchangeId(long counter) {
    return remote.exchangePrefix() + counter;
  }

  /** This and {@link #isPeerLeaving} are for any thread. */
  boolean isLeaving() {
    return leaving;
  }

  boolean isPeerLeaving() {
    return peerLeaving;
  }

  long now() {
    return guard.now();
  }
}
