package io.agentchannel.core.exchange;

import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import io.agentchannel.core.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends of an exchange have in common: its two flows, the link it is bound to, its turn
 * there, and the queue of what its user is to be told.
 *
 * <p>All state is guarded by the session's lock; the user is told outside of it, serially and in
 * order.
 */
abstract class Exchange {
  /** A list that has held more at once is not kept for the next time. */
  private static final int MOST_KEPT = 64;

  final SessionState session;
  final Guard guard;
  final SendFlow send;
  final ReceiveFlow receive;

  /** The opener's number of it; 0 until its OPEN leaves. */
  long counter;

  int attempt = 1;

  private @Nullable Attachment binding;
  private long unboundSince;
  private boolean hasTurn;
  private volatile boolean ready;
  private String checkedType = Payload.BYTES;

  /** What the user is to be told, and what it is being told; they change places. */
  private List<Runnable> news = new ArrayList<>(2);

  private List<Runnable> told = new ArrayList<>(2);
  private boolean telling;

  Exchange(SessionState session, long counter, SendFlow send, ReceiveFlow receive) {
    this.session = session;
    this.guard = session.guard();
    this.counter = counter;
    this.send = send;
    this.receive = receive;
    this.ready = send.hasRoom();
    this.unboundSince = session.now();
  }

  // Binding and turns.

  @Nullable Attachment binding() {
    return binding;
  }

  void bind(Attachment to) {
    leave();
    binding = to;
    wake();
  }

  void unbind() {
    leave();
    binding = null;
    unboundSince = session.now();
  }

  private void leave() {
    if (hasTurn && binding != null) {
      binding.removeTurn(this);
      hasTurn = false;
    }
  }

  /** Whether it has been without a link for that long. */
  boolean isAbandonedFor(long nanos) {
    return binding == null && session.now() - unboundSince >= nanos;
  }

  /** There may be something to send: takes a turn at the link it is bound to. */
  final void wake() {
    if (binding != null && !hasTurn && hasOutput(binding)) {
      hasTurn = true;
      binding.addTurn(this);
      guard.hasOutput(binding);
    }
  }

  final @Nullable Envelope takeTurn(Attachment at) {
    hasTurn = false;
    Envelope next = poll(at);
    wake();
    return next;
  }

  /** Whether {@link #poll} would give something. */
  abstract boolean hasOutput(Attachment at);

  abstract @Nullable Envelope poll(Attachment at);

  /** One envelope of this exchange that arrived at a link. */
  abstract void receive(Attachment at, Envelope envelope);

  /** Ends it if nobody has come for it for that long. */
  final void expireAfter(long nanos) {
    if (isAbandonedFor(nanos)) {
      expire();
    }
  }

  abstract void expire();

  /**
   * Whether an envelope with a number belongs to where the exchange is now. What an earlier attempt
   * left on the way, on whichever link, may be cut otherwise than what is sent again.
   */
  final boolean isCurrent(Attachment at, Envelope envelope) {
    return at == binding && Math.max(1, envelope.attempt()) == attempt;
  }

  // Flows.

  /** Takes ack and credit, which are absolute: old news, on whichever link, changes nothing. */
  final void takeAcknowledgement(Envelope envelope) {
    send.onAck(envelope.ack(), envelope.credit());
    refreshReady();
    wake();
  }

  /** Whether the peer would take this content type; otherwise it would break each link for it. */
  final boolean canTravel(Payload payload) {
    String type = payload.contentType();
    if (!type.equals(checkedType)) {
      if (!WireLimits.isContentType(type)) {
        return false;
      }
      checkedType = type;
    }
    return true;
  }

  final void add(Kind kind, Payload payload, boolean last) {
    send.add(new Piece(kind, payload.contentType(), payload.body(), last, false, 0, null));
    afterAdd();
  }

  final void addEmpty(Kind kind, boolean last, @Nullable Status status) {
    send.add(new Piece(kind, "", Envelope.noBody(), last, false, 0, status));
    afterAdd();
  }

  /** The status without details that no peer would take. */
  static Status travelling(Status status) {
    return WireLimits.isWithinLimits(status.details())
        ? status
        : new Status(status.code(), status.outcome(), status.message(), Map.of());
  }

  private void afterAdd() {
    ready = send.hasRoom();
    refreshReady();
    wake();
  }

  /** From any thread, without the lock: a hint that may be old. */
  public final boolean isReady() {
    return ready;
  }

  final void refreshReady() {
    if (ready) {
      return;
    }
    if (send.hasRoom()) {
      ready = true;
      tellReady();
    } else {
      guard.awaitRoom(this);
    }
  }

  abstract void tellReady();

  /** The user's code failed where it was told something. */
  abstract void userFailed(Throwable failure);

  /** The consumer has taken messages; from any thread. */
  public final void taken(int count) {
    guard.enter();
    try {
      receive.taken(count);
      wake();
    } finally {
      guard.exit();
    }
  }

  // Telling the user.

  final void tell(Runnable what) {
    news.add(what);
    guard.hasNews(this);
  }

  /** Under the lock: whether the caller is to tell it; if not, somebody else is at it. */
  final boolean startTelling() {
    if (telling || news.isEmpty()) {
      return false;
    }
    telling = true;
    takeNews();
    return true;
  }

  /** For who is to tell it. */
  final List<Runnable> told() {
    return told;
  }

  /** Under the lock: whether there is more to tell; if not, that was all. */
  final boolean goOnTelling() {
    if (told.size() > MOST_KEPT) {
      told = new ArrayList<>(2);
    }
    told.clear();
    telling = !news.isEmpty();
    if (telling) {
      takeNews();
    }
    return telling;
  }

  private void takeNews() {
    List<Runnable> empty = told;
    told = news;
    news = empty;
  }
}
