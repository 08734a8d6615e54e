package io.agentchannel.core.exchange;

import io.agentchannel.Replies;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Done;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The exchanges that this side has opened with the peer's instance. Guarded by the session. */
final class OpenerTable {
  /** The most bytes of a counter in a DONE. */
  private static final int COUNTER_BYTES = 10;

  private final SessionState session;

  /** They get their number when they leave: one that never did leaves no hole at the peer. */
  private final Set<OpenerExchange> notSent = new LinkedHashSet<>();

  /** In the order of their counters, so that the first is the floor. */
  private final Map<Long, OpenerExchange> live = new LinkedHashMap<>();

  private final DoneBatch done = new DoneBatch();
  private long next;

  /**
   * @param next the first counter to use
   */
  OpenerTable(SessionState session, long next) {
    this.session = session;
    this.next = next;
  }

  OpenerExchange open(Opening opening, Replies replies) {
    OpenerExchange exchange = new OpenerExchange(session, opening, replies);
    notSent.add(exchange);
    exchange.refreshReady();
    return exchange;
  }

  /** The exchange leaves for the first time. */
  void number(OpenerExchange exchange) {
    notSent.remove(exchange);
    exchange.counter = next++;
    live.put(exchange.counter, exchange);
  }

  void receive(Attachment at, Envelope envelope) {
    if (envelope.kind() == Envelope.Kind.OPEN || envelope.exchange() >= next) {
      throw ViolationException.outOfState("answers an exchange that was never opened");
    }
    OpenerExchange exchange = live.get(envelope.exchange());
    if (exchange != null) {
      exchange.receive(at, envelope);
    } else if (envelope.kind() == Envelope.Kind.ITEM) {
      session.answerStray(at, envelope.exchange(), true);
    }
  }

  void remove(OpenerExchange exchange) {
    if (!notSent.remove(exchange) && live.remove(exchange.counter) != null) {
      done.add(exchange.counter, exchange.receive.receivedBytes(), session.now());
      if (done.isUrgent()) {
        session.signalUpkeep();
      }
    }
  }

  int size() {
    return notSent.size() + live.size();
  }

  /** Those whose user waits for a reply that is the only one. */
  int awaitedReplies() {
    int count = 0;
    for (OpenerExchange exchange : all()) {
      count += exchange.awaitsOneReply() ? 1 : 0;
    }
    return count;
  }

  /** The lowest counter that was never used. */
  long next() {
    return next;
  }

  boolean isDoneDue() {
    return !done.isEmpty() && done.isDue(session.now());
  }

  @Nullable Done takeDone(int maxPacket) {
    return isDoneDue() ? statement(maxPacket) : null;
  }

  /** What a link says first, if this side has ever opened anything. */
  @Nullable Done opening(int maxPacket) {
    return next > 1 ? statement(maxPacket) : null;
  }

  private Done statement(int maxPacket) {
    long floor = live.isEmpty() ? next : live.keySet().iterator().next();
    return new Done(floor, next, done.take(floor, (maxPacket - Envelopes.HEADER) / COUNTER_BYTES));
  }

  List<OpenerExchange> all() {
    List<OpenerExchange> all = new ArrayList<>(size());
    all.addAll(live.values());
    all.addAll(notSent);
    return all;
  }
}
