package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of an exchange that serves it. When it has finished it keeps its reply until the opener
 * says DONE, and sends it again on whichever link the opener comes back.
 */
final class ResponderExchange extends Exchange implements Replies {
  /** What an exchange is taken to hold beyond its messages. */
  private static final int OVERHEAD = 1024;

  /** Set and read where the user is told, one after the other. */
  private @Nullable Requests requests;

  private boolean handlerMayRun;
  private boolean finished;
  private boolean answerDue;
  private @Nullable Status abort;
  private boolean abortDue;

  /** When all that it had to say had left. */
  private long saidAllAt;

  ResponderExchange(SessionState session, Envelope opening) {
    super(
        session,
        opening.exchange(),
        session.newSendFlow(opening.credit()),
        new ReceiveFlow(session.budget(), session.options(), session.options().window()));
    this.attempt = opening.attempt();
    session.budget().force(OVERHEAD);
  }

  /** Begins: the chain is started and gets the first message. */
  void start(Attachment at, Envelope opening, Call call, Interceptor.Next server) {
    bind(at);
    refreshReady();
    answerDue = opening.attempt() > 1;
    handlerMayRun = !call.kind().hasOneRequest();
    tell(() -> requests = server.start(call, this));
    take(opening);
    wake();
  }

  // The handler's side.

  @Override
  public void accepted() {
    guard.enter();
    try {
      if (!finished) {
        // An ITEM without a message: it has its place before all others, and survives a move.
        addEmpty(Kind.ITEM, false, null);
      }
    } finally {
      guard.exit();
    }
  }

  @Override
  public void item(Payload item, boolean last) {
    guard.enter();
    try {
      if (finished) {
        return;
      }
      if (!canTravel(item)) {
        endWith(
            Failures.unknown(
                Code.INTERNAL, "the agent answered with a content type that cannot travel"));
        return;
      }
      if (last) {
        finish();
      }
      add(Kind.ITEM, item, last);
    } finally {
      guard.exit();
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    guard.enter();
    try {
      endWith(failure);
    } finally {
      guard.exit();
    }
  }

  private void endWith(@Nullable AgentException failure) {
    if (!finished) {
      finish();
      addEmpty(Kind.END, true, travelling(Status.of(failure)));
    }
  }

  @Override
  public void onReady() {
    // Room for requests is told by taken(), which names the bytes; a hint adds nothing to it.
  }

  private void finish() {
    finished = true;
    receive.release();
    session.responders().handlerEnded();
  }

  private void finishAndCancel(AgentException why) {
    if (!finished) {
      finish();
      tellRequests(started -> started.cancel(why));
    }
  }

  /** The opener does not want it any more, or may not have it. */
  private void cancel(AgentException why, Status answer) {
    finishAndCancel(why);
    send.clear();
    abort = answer;
    abortDue = true;
    wake();
  }

  /** This side goes away: the handler is cancelled, and the opener hears of it. */
  void close(AgentException why) {
    if (!finished) {
      finishAndCancel(why);
      addEmpty(Kind.END, true, travelling(Status.of(why)));
    }
  }

  /** Nobody waits for an answer any more: nothing of it is kept but its number. */
  void drop(String why) {
    if (!finished) {
      // Not made for those that have finished, which are nearly all: a stack trace costs more than
      // the rest of the exchange.
      finishAndCancel(Failures.unknown(Code.UNAVAILABLE, why));
    }
    unbind();
    send.clear();
    session.budget().release(OVERHEAD);
  }

  /**
   * Without a link; or all is said, and neither a DONE nor a question has followed, though the link
   * is up: the DONE was lost with another one.
   */
  @Override
  boolean isAbandonedFor(long nanos) {
    return super.isAbandonedFor(nanos) || hasSaidAll() && session.now() - saidAllAt >= nanos;
  }

  private boolean hasSaidAll() {
    return finished && !answerDue && (abort != null ? !abortDue : !send.hasUnsent());
  }

  @Override
  void expire() {
    session.responders().expire(this);
  }

  // Sending.

  @Override
  boolean hasOutput(Attachment at) {
    if (abort != null) {
      return abortDue;
    }
    return answerDue || send.canTransmit(at.room(0)) || !finished && receive.isCreditDue();
  }

  @Override
  @Nullable Envelope poll(Attachment at) {
    Envelope next = abort != null ? pollAbort(abort) : pollFlow(at);
    if (finished) {
      saidAllAt = session.now();
    }
    return next;
  }

  private @Nullable Envelope pollAbort(Status status) {
    boolean due = abortDue;
    abortDue = false;
    return due ? Envelopes.abort(counter, status) : null;
  }

  private @Nullable Envelope pollFlow(Attachment at) {
    if (answerDue) {
      answerDue = false;
      return Envelopes.resume(this, false);
    }
    Piece piece = send.transmit(at.room(0));
    if (piece != null) {
      return Envelopes.sequenced(this, false, piece, send.lastSeq(), null, 0);
    }
    return !finished && receive.isCreditDue() ? Envelopes.credit(this, false) : null;
  }

  // Receiving.

  @Override
  void receive(Attachment at, Envelope envelope) {
    switch (envelope.kind()) {
      case OPEN, RESUME -> rebind(at, envelope);
      case CANCEL -> {
        if (envelope.attempt() > attempt) {
          attempt = envelope.attempt();
          bind(at);
        }
        onCancel(envelope.status());
      }
      case ITEM -> {
        takeAcknowledgement(envelope);
        if (!finished && isCurrent(at, envelope) && !receive.isDuplicate(envelope)) {
          take(envelope);
          wake();
        }
      }
      case CREDIT -> takeAcknowledgement(envelope);
      default -> throw ViolationException.outOfState("only the responder ends an exchange");
    }
  }

  private void onCancel(@Nullable Status status) {
    AgentException reason = status == null ? null : status.toException();
    AgentException why =
        reason != null ? reason : Failures.unknown(Code.CANCELLED, "cancelled by the caller");
    cancel(why, Status.of(why.code(), Outcome.UNKNOWN, "cancelled by the caller"));
  }

  /** Only a higher attempt moves the exchange; the answer says what has arrived. */
  private void rebind(Attachment at, Envelope envelope) {
    if (envelope.attempt() <= attempt) {
      return;
    }
    attempt = envelope.attempt();
    if (abort == null) {
      send.rewind(envelope.ack(), envelope.credit());
      answerDue = true;
      refreshReady();
    } else {
      abortDue = true;
    }
    bind(at);
  }

  private void take(Envelope envelope) {
    Payload message;
    try {
      message = receive.accept(envelope);
    } catch (RefusedException refused) {
      Outcome outcome = handlerMayRun ? Outcome.UNKNOWN : Outcome.NOT_SENT;
      AgentException why = refused.toAgentException(outcome);
      cancel(why, Status.of(why));
      return;
    }
    boolean last = envelope.last() && !envelope.more();
    if (message != null) {
      handlerMayRun = true;
      tellRequests(started -> started.item(message, last));
    } else if (last) {
      tellRequests(Requests::complete);
    }
  }

  /** Nothing is told to a chain that has failed to start: it has ended the exchange itself. */
  private void tellRequests(Consumer<Requests> what) {
    tell(
        () -> {
          Requests started = requests;
          if (started != null) {
            what.accept(started);
          }
        });
  }

  @Override
  void tellReady() {
    if (!finished) {
      tellRequests(Requests::onReady);
    }
  }

  @Override
  void userFailed(Throwable failure) {
    end(Failures.unknown(Code.INTERNAL, "the agent failed on this call; its log says why"));
  }
}
