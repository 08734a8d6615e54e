package io.agentchannel.core.exchange;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Done;
import io.agentchannel.core.wire.Envelope.Open;
import io.agentchannel.core.wire.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that the peer's instance has opened here, running or finished and not yet DONE, and
 * the record of those that will never run again. Guarded by the session.
 */
final class ResponderTable {
  /** Past it a deadline is as good as none, and its nanoseconds would not fit. */
  private static final long MAX_TTL_MILLIS = TimeUnit.DAYS.toMillis(1000);

  private static final String GIVEN_UP = "the caller has given the call up";

  private final SessionState session;
  private final Interceptor.Next server;
  private final TreeMap<Long, ResponderExchange> known = new TreeMap<>();
  private final FinishedSet finished;
  private int running;

  /** Counters below it were in use before this record began; 0 until the peer tells. */
  private long recordFrom;

  /**
   * @param server the chain that calls are given to
   * @param lost whether there may have been a record before this one
   */
  ResponderTable(SessionState session, Interceptor.Next server, boolean lost) {
    this.session = session;
    this.server = server;
    this.finished = session.newFinishedSet();
    this.recordFrom = lost ? 0 : 1;
  }

  /** The first envelope for a record tells what may have been in an earlier one that is lost. */
  void onSpeech(Envelope envelope) {
    if (recordFrom == 0) {
      Done done = envelope.done();
      recordFrom = done == null ? 1 : Math.max(1, done.next());
    }
  }

  void receive(Attachment at, Envelope envelope) {
    long counter = envelope.exchange();
    ResponderExchange exchange = known.get(counter);
    if (exchange != null) {
      exchange.receive(at, envelope);
      return;
    }
    switch (envelope.kind()) {
      case OPEN -> open(at, envelope);
      case RESUME -> refuse(at, counter, lostOrNeverSeen(counter));
      case CANCEL ->
          refuse(
              at,
              counter,
              Status.of(Code.CANCELLED, lostOrNeverSeen(counter).outcome(), "cancelled"));
      case ITEM, CREDIT -> {
        if (!finished.contains(counter)) {
          session.answerStray(at, counter, false);
        }
      }
      default -> throw ViolationException.outOfState("only the responder ends an exchange");
    }
  }

  private void open(Attachment at, Envelope opening) {
    long counter = opening.exchange();
    boolean isNew = opening.attempt() == 1 || counter >= recordFrom;
    Status refusal =
        isNew && !finished.contains(counter) ? refusal(opening) : lostOrNeverSeen(counter);
    if (refusal != null) {
      refuse(at, counter, refusal);
      return;
    }
    ResponderExchange exchange = new ResponderExchange(session, opening);
    known.put(counter, exchange);
    running++;
    exchange.start(at, opening, callOf(opening), server);
  }

  private @Nullable Status refusal(Envelope opening) {
    if (session.isLeaving()) {
      return Status.of(Code.UNAVAILABLE, Outcome.NOT_SENT, "this agent is shutting down");
    }
    if (running >= session.options().maxExchanges()) {
      return Status.of(
          Code.RESOURCE_EXHAUSTED,
          Outcome.NOT_SENT,
          "no more than " + running + " calls of one peer run here at once");
    }
    if (session.budget().isFull()) {
      return Status.of(Code.RESOURCE_EXHAUSTED, Outcome.NOT_SENT, "too much is held for this peer");
    }
    if (opening.size() > session.options().maxMessage()) {
      return Status.of(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "a message of more than " + session.options().maxMessage() + " bytes is not taken here");
    }
    return null;
  }

  /** Whatever of it is still on the way comes too late: the answer must stay true. */
  private void refuse(Attachment at, long counter, Status status) {
    finished.add(counter);
    at.addControl(Envelopes.abort(counter, status));
    session.guard().hasOutput(at);
  }

  private Call callOf(Envelope opening) {
    Open open = opening.open();
    if (open == null) {
      throw ViolationException.outOfState("an OPEN without an operation");
    }
    Call.Kind kind = open.call();
    long ttl = TimeUnit.MILLISECONDS.toNanos(Math.min(opening.ttl(), MAX_TTL_MILLIS));
    return new Call(
        open.operation(),
        kind == null ? Call.Kind.UNARY : kind,
        session.peerName(),
        session.peer(),
        session.exchangeId(opening.exchange()),
        open.metadata(),
        ttl == 0 ? null : session.now() + ttl,
        null,
        open.key(),
        false,
        false);
  }

  /** Provably never arrived, or nobody knows. */
  private Status lostOrNeverSeen(long counter) {
    boolean never = !finished.contains(counter) && counter >= recordFrom;
    return never
        ? Status.of(Code.UNAVAILABLE, Outcome.NOT_SENT, "the call never arrived here")
        : Status.of(Code.UNAVAILABLE, Outcome.UNKNOWN, "the call is not remembered any more");
  }

  /** The opener's DONE: it has the replies to these, or has given them up without a word. */
  void onDone(Done done) {
    for (long counter : done.counters()) {
      ResponderExchange exchange = known.remove(counter);
      if (exchange != null) {
        exchange.drop(GIVEN_UP);
      }
      finished.add(counter);
    }
    Map<Long, ResponderExchange> below = known.headMap(done.floor());
    for (ResponderExchange exchange : below.values()) {
      exchange.drop(GIVEN_UP);
    }
    below.clear();
    finished.raiseFloor(done.floor());
  }

  void expire(ResponderExchange exchange) {
    known.remove(exchange.counter);
    finished.add(exchange.counter);
    exchange.drop("the caller is gone");
  }

  /** Whether anything would be forgotten with it. */
  boolean hasRecord() {
    return !known.isEmpty() || finished.floor() > 1 || finished.ranges() > 0;
  }

  void handlerEnded() {
    running--;
  }

  int size() {
    return known.size();
  }

  int running() {
    return running;
  }

  List<ResponderExchange> all() {
    return new ArrayList<>(known.values());
  }
}
