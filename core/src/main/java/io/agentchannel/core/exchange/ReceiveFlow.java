package io.agentchannel.core.exchange;

import io.agentchannel.Code;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange as its receiver sees it: the next number, the message that is being
 * joined, and the credit given.
 *
 * <p>The credit is {@code received + window − waiting}, where only whole messages that wait for the
 * consumer count as waiting: so the pieces of a message larger than the window give their credit
 * back as they are joined, and a consumer that does not take still stops its producer.
 */
final class ReceiveFlow {
  private final Budget budget;
  private final ExchangeOptions options;
  private final LongFifo waitingCosts = new LongFifo();
  private long received;
  private long receivedCost;
  private long waitingCost;
  private long limit;
  private long announced;
  private long window;
  private long grownAt;
  private boolean complete;

  private @Nullable Joining joining;

  /**
   * @param announced the credit that the peer knows of already
   */
  ReceiveFlow(Budget budget, ExchangeOptions options, long announced) {
    this.budget = budget;
    this.options = options;
    this.window = options.window();
    this.limit = announced;
    this.announced = announced;
  }

  /** Highest number received without a gap. */
  long received() {
    return received;
  }

  /** What has arrived, in credit. */
  long receivedBytes() {
    return receivedCost;
  }

  boolean isDuplicate(Envelope envelope) {
    return envelope.seq() <= received;
  }

  /**
   * Takes the next envelope of the direction.
   *
   * @return the message that it completes, or null
   * @throws ViolationException if it is out of order, beyond the credit, or makes no sense here
   * @throws RefusedException if it asks for more memory than the peer may have
   */
  @Nullable Payload accept(Envelope envelope) {
    if (envelope.seq() != received + 1) {
      throw ViolationException.outOfState("out of order: a link must break rather than lose");
    }
    if (complete) {
      throw ViolationException.outOfState("goes on after its last message");
    }
    long cost = envelope.cost();
    if (receivedCost + cost > limit) {
      throw new ViolationException(Code.RESOURCE_EXHAUSTED, "sent more than its credit");
    }
    checkForm(envelope);
    received++;
    receivedCost += cost;
    complete = envelope.last() && !envelope.more();
    if (envelope.kind() == Envelope.Kind.END) {
      return null;
    }
    Payload message = take(envelope, cost);
    grant();
    return message;
  }

  private void checkForm(Envelope envelope) {
    boolean goesOn = envelope.contentType().isEmpty();
    boolean isEmpty = !envelope.body().hasRemaining();
    if (joining != null && !goesOn) {
      throw ViolationException.outOfState("a message begins inside another");
    }
    if (joining == null && goesOn && (!isEmpty || envelope.more())) {
      throw ViolationException.outOfState("the middle of a message without its beginning");
    }
    if (joining != null && isEmpty && envelope.more()) {
      throw ViolationException.outOfState("a piece of a message without a byte");
    }
  }

  private @Nullable Payload take(Envelope envelope, long cost) {
    ByteBuffer body = envelope.body();
    if (joining == null && envelope.contentType().isEmpty()) {
      return null;
    }
    refuseIfTooLarge(Math.max(bytesJoined() + body.remaining(), envelope.size()));
    if (!budget.reserve(cost)) {
      throw new RefusedException(Code.RESOURCE_EXHAUSTED, "too much is held for this peer");
    }
    Joining message = joining;
    if (message == null) {
      if (!envelope.more()) {
        return complete(cost, Payload.of(envelope.contentType(), Joining.own(body)));
      }
      message = new Joining(envelope.contentType(), envelope.size());
      joining = message;
    }
    message.add(body, cost);
    if (envelope.more()) {
      return null;
    }
    joining = null;
    return complete(message.cost(), message.toPayload());
  }

  private long bytesJoined() {
    return joining == null ? 0 : joining.size();
  }

  private void refuseIfTooLarge(long bytes) {
    if (bytes > options.maxMessage()) {
      throw new RefusedException(
          Code.INVALID_ARGUMENT,
          "a message of more than " + options.maxMessage() + " bytes is not taken here");
    }
  }

  private Payload complete(long cost, Payload message) {
    waitingCosts.add(cost);
    waitingCost += cost;
    return message;
  }

  /** The consumer has taken the oldest messages. */
  void taken(int count) {
    for (int i = 0; i < count && waitingCosts.size() > 0; i++) {
      long cost = waitingCosts.remove();
      waitingCost -= cost;
      budget.release(cost);
    }
    grant();
  }

  private void grant() {
    if (waitingCost == 0 && receivedCost - grownAt >= window && !budget.isFull()) {
      window = Math.min(2 * window, Math.max(window, options.windowMax()));
      grownAt = receivedCost;
    }
    limit = Math.max(limit, receivedCost + window - waitingCost);
  }

  /**
   * Whether the peer should hear of its credit now, and not with whatever goes out next: when a
   * good part of the window is free again; or when it may have stopped in the middle of a message,
   * which takes up the rest of the window behind others that wait. (To answer each message that a
   * busy consumer takes would make its producer send them one by one.)
   */
  boolean isCreditDue() {
    long news = limit - announced;
    return news >= window / 4
        || news > 0
            && joining != null
            && announced - receivedCost < Envelope.MAX_BODY + Envelope.COST;
  }

  /** The credit to write into an envelope that goes out now. */
  long announce() {
    announced = limit;
    return limit;
  }

  /** The exchange is over: what waits belongs to the consumer now, what is incomplete to nobody. */
  void release() {
    if (joining != null) {
      budget.release(joining.cost());
      joining = null;
    }
    budget.release(waitingCost);
    waitingCost = 0;
    waitingCosts.clear();
  }
}
