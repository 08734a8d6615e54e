package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A link as its session sees it: where exchanges are bound, and which of them have something to
 * send there. They take turns, an envelope each, so that none keeps the others waiting.
 *
 * <p>All state is guarded by the session's lock.
 */
public final class Attachment {
  /** A peer that makes us answer this much and does not read the answers is not worth answering. */
  static final int MAX_CONTROL = 4096;

  /** The longest content type must fit beside a header. */
  static final int MIN_PACKET = 1024;

  /** What the link does when the session has something for it. */
  @FunctionalInterface
  public interface Port {

    /**
     * {@link Session#poll} will give something; called once until a poll has come back empty. Runs
     * on any thread, outside of the session's lock.
     */
    void onOutput();

    /** Asks the peer for a sign of life over this link. */
    default void probe() {}
  }

  private final Port port;
  private final int maxPacket;
  private final ArrayDeque<Envelope> control = new ArrayDeque<>(2);
  private final ArrayDeque<Exchange> turns = new ArrayDeque<>();
  private @Nullable Envelope held;
  private boolean signalled;

  Attachment(Port port, int maxPacket) {
    if (maxPacket < MIN_PACKET) {
      throw new IllegalArgumentException("a packet holds at least " + MIN_PACKET + " bytes");
    }
    this.port = port;
    this.maxPacket = maxPacket;
  }

  Port port() {
    return port;
  }

  int maxPacket() {
    return maxPacket;
  }

  /** The bytes for a content type and a body beside this much of OPEN's own; may be negative. */
  int room(int openBytes) {
    return maxPacket - Envelopes.HEADER - openBytes;
  }

  /**
   * Puts it in front of what the exchanges have to say.
   *
   * @throws ViolationException if too many of them wait already
   */
  void addControl(Envelope envelope) {
    if (control.size() >= MAX_CONTROL) {
      throw ViolationException.outOfState("does not read the answers to what it sends");
    }
    control.add(envelope);
  }

  void addTurn(Exchange exchange) {
    turns.add(exchange);
  }

  void removeTurn(Exchange exchange) {
    turns.remove(exchange);
  }

  /** Whether the port must be told; true once until {@link #next} has come back empty. */
  boolean signal() {
    boolean first = !signalled;
    signalled = true;
    return first;
  }

  /** What goes out next; null if nothing, and then the next output is signalled again. */
  @Nullable Envelope next(SessionState session) {
    Envelope next = held;
    held = null;
    if (next == null) {
      next = control.poll();
    }
    if (next == null) {
      next = session.upkeep(this);
    }
    while (next == null) {
      Exchange exchange = turns.poll();
      if (exchange == null) {
        signalled = false;
        return null;
      }
      next = exchange.takeTurn(this);
    }
    return next.status() == null ? next : fitted(next);
  }

  private Envelope fitted(Envelope envelope) {
    return Envelopes.fits(envelope, maxPacket)
        ? envelope
        : Envelopes.shortened(envelope, maxPacket);
  }

  /** Did not fit into the packet; goes first into the next. */
  void hold(Envelope envelope) {
    held = envelope;
  }
}
