package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import org.jspecify.annotations.Nullable;

/**
 * The end of an exchange that opened it, and owns its recovery: when its link dies it raises the
 * attempt and asks on another one what has arrived.
 *
 * <p>It may be over for its user (cancelled, say) and still live here, until the other end has said
 * so too.
 */
final class OpenerExchange extends Exchange {

  /** What it asks since it moved; nothing more goes out before the answer says what has arrived. */
  private enum Question {
    NONE,
    DUE,
    ASKED
  }

  private final Opening opening;
  private final Replies replies;

  /** A first message was given, or there will be none: the OPEN is in the send flow. */
  private boolean opened;

  /** The OPEN has left: from here on nobody can say that the handler certainly did not run. */
  private boolean sent;

  private boolean halfClosed;
  private boolean accepted;
  private boolean over;
  private @Nullable Status cancel;
  private boolean cancelDue;
  private Question question = Question.NONE;

  OpenerExchange(SessionState session, Opening opening, Replies replies) {
    super(
        session,
        0,
        session.newSendFlow(session.peerWindow()),
        new ReceiveFlow(session.budget(), session.options(), session.options().window()));
    this.opening = opening;
    this.replies = replies;
    if (!opening.hasOneRequest()) {
      addEmpty(kindOfNext(), false, null);
    }
  }

  void give(Payload item, boolean last) {
    if (!over && !halfClosed && !canTravel(item)) {
      giveUp(Failures.unknown(Code.INVALID_ARGUMENT, "a message's content type cannot travel"));
    } else if (!over && !halfClosed) {
      halfClosed = last;
      add(kindOfNext(), item, last);
    }
  }

  void halfClose() {
    if (!over && !halfClosed) {
      halfClosed = true;
      addEmpty(kindOfNext(), true, null);
    }
  }

  private Kind kindOfNext() {
    Kind kind = opened ? Kind.ITEM : Kind.OPEN;
    opened = true;
    return kind;
  }

  void giveUp(AgentException reason) {
    if (over) {
      return;
    }
    end(Failures.withOutcome(reason, sent ? Outcome.UNKNOWN : Outcome.NOT_SENT));
    if (sent) {
      cancel = travelling(Status.of(reason));
      cancelDue = true;
      wake();
    } else {
      forget();
    }
  }

  /** The user's end of it: told once, and what is held for it is let go. */
  private void end(@Nullable AgentException failure) {
    close();
    tell(() -> replies.end(failure));
  }

  private void close() {
    over = true;
    send.clear();
    receive.release();
  }

  private void forget() {
    unbind();
    session.openers().remove(this);
  }

  /** Whether its user waits for a reply that is the only one. */
  boolean awaitsOneReply() {
    return !over && opening.hasOneReply();
  }

  // Recovery.

  /** A link to the peer's instance is there. */
  void moveTo(Attachment link) {
    if (sent) {
      attempt++;
      cancelDue = cancel != null;
      question = Question.DUE;
    }
    bind(link);
  }

  @Override
  void expire() {
    fail(Code.UNAVAILABLE, "no link to the peer within the resume window");
  }

  /** The peer will not answer any more, or is not even asked. */
  void fail(Code code, String why) {
    if (!over) {
      end(new AgentException(code, sent ? Outcome.UNKNOWN : Outcome.NOT_SENT, why));
    }
    forget();
  }

  // Sending.

  @Override
  boolean hasOutput(Attachment at) {
    if (cancel != null) {
      return cancelDue;
    }
    return switch (question) {
      case DUE -> true;
      case ASKED -> false;
      case NONE ->
          sent
              ? send.canTransmit(at.room(0)) || receive.isCreditDue()
              : send.canTransmit(opening.room(at)) || send.isTooLargeFor(opening.room(at));
    };
  }

  @Override
  @Nullable Envelope poll(Attachment at) {
    if (cancel != null) {
      boolean due = cancelDue;
      cancelDue = false;
      return due ? Envelopes.cancel(this, cancel) : null;
    }
    if (question != Question.NONE) {
      boolean due = question == Question.DUE;
      question = Question.ASKED;
      return due ? ask(at) : null;
    }
    return sent ? goOn(at) : begin(at);
  }

  private @Nullable Envelope begin(Attachment at) {
    int room = opening.room(at);
    if (send.isTooLargeFor(room)) {
      giveUp(Failures.unknown(Code.INVALID_ARGUMENT, "more metadata than a packet can carry"));
      return null;
    }
    Piece piece = send.transmit(room);
    if (piece == null) {
      return null;
    }
    sent = true;
    session.openers().number(this);
    return opening.envelope(this, piece);
  }

  private @Nullable Envelope goOn(Attachment at) {
    Piece piece = send.transmit(at.room(0));
    if (piece != null) {
      return Envelopes.sequenced(this, true, piece, send.lastSeq(), null, 0);
    }
    return receive.isCreditDue() ? Envelopes.credit(this, true) : null;
  }

  /** The OPEN once more where nothing is acknowledged and it fits, else the question alone. */
  private Envelope ask(Attachment at) {
    Piece first = receive.received() == 0 ? send.firstUnacknowledged() : null;
    Piece again = first == null ? null : opening.fitting(at, first);
    return again == null ? Envelopes.resume(this, true) : opening.envelope(this, again);
  }

  // Receiving.

  @Override
  void receive(Attachment at, Envelope envelope) {
    Kind kind = envelope.kind();
    if (kind == Kind.CANCEL || kind == Kind.END && envelope.seq() == 0) {
      finish(envelope.status());
    } else if (cancel != null) {
      if (kind == Kind.END || kind == Kind.ITEM && envelope.last() && !envelope.more()) {
        forget();
      }
    } else if (kind == Kind.RESUME) {
      onAnswer(at, envelope);
    } else if (question == Question.NONE) {
      // Before the answer, an old acknowledgement may be of an OPEN that was cut otherwise.
      takeAcknowledgement(envelope);
      if (kind != Kind.CREDIT && isCurrent(at, envelope) && !receive.isDuplicate(envelope)) {
        take(envelope);
      }
    }
  }

  private void onAnswer(Attachment at, Envelope answer) {
    if (question == Question.ASKED && at == binding() && answer.attempt() == attempt) {
      if (answer.ack() == 0) {
        throw ViolationException.outOfState("answers for an exchange that it does not have");
      }
      question = Question.NONE;
      if (answer.ack() == 1) {
        send.cutFirst(answer.size());
      }
      send.rewind(answer.ack(), answer.credit());
      refreshReady();
      wake();
    }
  }

  /** By any ITEM, or an end without failure; an acknowledgement says only that bytes arrived. */
  private void tellAccepted(Envelope envelope) {
    Status status = envelope.status();
    if (!accepted && (status == null || status.isOk())) {
      accepted = true;
      tell(replies::accepted);
    }
  }

  private void take(Envelope envelope) {
    Payload message;
    try {
      message = receive.accept(envelope);
    } catch (RefusedException refused) {
      giveUp(refused.toAgentException(Outcome.UNKNOWN));
      return;
    }
    tellAccepted(envelope);
    boolean last = envelope.last() && !envelope.more();
    if (envelope.kind() == Kind.END) {
      finish(envelope.status());
    } else if (message == null && last) {
      finish(Status.OK);
    } else {
      if (last) {
        close();
        forget();
      }
      if (message != null) {
        tell(() -> replies.item(message, last));
      }
      wake();
    }
  }

  private void finish(@Nullable Status status) {
    if (!over) {
      end(status == null ? null : status.toException());
    }
    forget();
  }

  @Override
  void tellReady() {
    if (!over) {
      tell(replies::onReady);
    }
  }

  @Override
  void userFailed(Throwable failure) {
    guard.enter();
    try {
      String why = "the caller's own code failed on a reply";
      giveUp(new AgentException(Code.INTERNAL, Outcome.UNKNOWN, why, failure));
    } finally {
      guard.exit();
    }
  }
}
