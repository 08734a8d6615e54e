package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange as its sender sees it: what is not sent yet, what is sent and not
 * acknowledged (the replay buffer), the next number and the peer's credit.
 *
 * <p>A piece gets its number when it is transmitted, and gives it back when the exchange moves to
 * another link and the peer's RESUME says that it had not arrived: so a link with smaller packets
 * may cut it smaller.
 */
class SendFlow {
  /** A message is cut to fit the credit only if this much of it goes out. */
  static final int WORTH_CUTTING = 4096;

  private final Budget budget;
  private final ArrayDeque<Piece> unsent = new ArrayDeque<>(2);
  private final ArrayDeque<Piece> sent = new ArrayDeque<>(2);
  private long nextSeq = 1;
  private long acked;
  private long sentCost;
  private long unsentCost;
  private long limit;

  SendFlow(Budget budget, long limit) {
    this.budget = budget;
    this.limit = limit;
  }

  void add(Piece piece) {
    unsent.add(piece);
    unsentCost += piece.cost();
    budget.force(held(piece));
  }

  /** Whether the peer's window has room past all that is waiting. */
  boolean hasRoom() {
    return sentCost + unsentCost < limit && !budget.isFull();
  }

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /**
   * Whether what comes next fits into no packet, however small it is cut.
   *
   * @param room the bytes that a packet has for a content type and a body
   */
  boolean isTooLargeFor(int room) {
    Piece head = unsent.peek();
    return head != null && room < head.contentType().length();
  }

  boolean canTransmit(int room) {
    Piece head = unsent.peek();
    return head != null && transmittable(head, room) >= 0;
  }

  /**
   * The next piece, cut to fit, now under {@link #lastSeq}; null if there is none, or the credit or
   * the packet does not allow it.
   *
   * @param room the bytes that the packet has for a content type and a body
   */
  @Nullable Piece transmit(int room) {
    Piece head = unsent.peek();
    int bytes = head == null ? -1 : transmittable(head, room);
    if (head == null || bytes < 0) {
      return null;
    }
    unsent.poll();
    unsentCost -= head.cost();
    if (bytes < head.body().remaining()) {
      Piece tail = head.tail(bytes);
      unsent.addFirst(tail);
      unsentCost += tail.cost();
      head = head.head(bytes);
      budget.force(Envelope.COST);
    }
    sent.add(head);
    sentCost += head.cost();
    nextSeq++;
    return head;
  }

  /** The bytes of the piece's body that may go out now, -1 for none of it. */
  private int transmittable(Piece piece, int room) {
    if (piece.cost() == 0) {
      return 0;
    }
    int whole = piece.body().remaining();
    int packet = Math.min(room - piece.contentType().length(), Envelope.MAX_BODY);
    long credit = limit - sentCost - Envelope.COST;
    if (packet < 0 || credit < 0) {
      return -1;
    }
    int fits = (int) Math.min(Math.min(whole, packet), credit);
    return fits < whole && fits < Math.min(packet, WORTH_CUTTING) ? -1 : fits;
  }

  /** The number of the piece transmitted last. */
  long lastSeq() {
    return nextSeq - 1;
  }

  long acked() {
    return acked;
  }

  /** The first piece if it is sent and not acknowledged: the OPEN, to be said again. */
  @Nullable Piece firstUnacknowledged() {
    return acked == 0 ? sent.peek() : null;
  }

  /**
   * The first piece may have been said again, cut smaller, and the peer tells by its cost which one
   * it has.
   */
  void cutFirst(long cost) {
    Piece first = firstUnacknowledged();
    if (first != null && cost >= Envelope.COST && cost < first.cost()) {
      int bytes = (int) (cost - Envelope.COST);
      sent.poll();
      sent.addFirst(first.tail(bytes));
      sent.addFirst(first.head(bytes));
      sentCost += Envelope.COST;
      nextSeq++;
      budget.force(Envelope.COST);
    }
  }

  /**
   * Takes what the peer says of this direction; old news changes nothing.
   *
   * @throws ViolationException if it has what was never sent
   */
  void onAck(long ack, long credit) {
    if (ack >= nextSeq) {
      throw ViolationException.outOfState("acknowledges what was never sent");
    }
    while (acked < ack) {
      release(sent.remove());
      acked++;
    }
    limit = Math.max(limit, credit);
  }

  /** The peer has all up to {@code ack} and nothing beyond: the rest is sent again. */
  void rewind(long ack, long credit) {
    onAck(ack, credit);
    for (Piece piece = sent.pollLast(); piece != null; piece = sent.pollLast()) {
      unsent.addFirst(piece);
      sentCost -= piece.cost();
      unsentCost += piece.cost();
    }
    nextSeq = acked + 1;
  }

  /** Drops everything: nobody wants it any more. What was sent counts as acknowledged. */
  void clear() {
    sent.forEach(this::release);
    unsent.forEach(this::release);
    sent.clear();
    unsent.clear();
    unsentCost = 0;
    acked = nextSeq - 1;
  }

  private void release(Piece piece) {
    budget.release(held(piece));
  }

  /** The peer's credit is no bound of what is held here: it may give more than it has. */
  private static long held(Piece piece) {
    return piece.body().remaining() + Envelope.COST;
  }
}
