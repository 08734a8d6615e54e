package io.agentchannel.core.wire;

import io.agentchannel.Call;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The unit that travels: one step of an exchange, or of link upkeep. Immutable as long as its body
 * is left alone. Fields that a kind does not use are 0, false, null or empty, and cost nothing on
 * the wire.
 *
 * @param kind what it is
 * @param mine whether the sender of this envelope opened the exchange; the two sides count their
 *     exchanges separately
 * @param exchange the opener's counter, from 1; 0 for link upkeep
 * @param seq position of this OPEN, ITEM or END in its direction, from 1; an END with 0 stands
 *     outside of it and ends the exchange at once
 * @param ack highest seq received without a gap in the other direction
 * @param credit absolute count of bytes that the other side may have sent in its direction; 0: says
 *     nothing
 * @param attempt raised by the opener each time it moves the exchange to another link, from 1;
 *     OPEN, RESUME and CANCEL say it, ITEM and END when it is above 1, and only the current one
 *     counts
 * @param last this direction is complete with this envelope
 * @param more the message goes on in the next envelope
 * @param size on the first envelope of a message in several: the bytes of the whole message; on
 *     RESUME: the credit that what has arrived has taken, which tells where a first piece was cut
 * @param ttl milliseconds left of the deadline when this was sent; 0: none
 * @param contentType on the first envelope of each message; empty: no message begins here
 * @param body never null; read through {@link ByteBuffer#duplicate()}
 * @param open for OPEN
 * @param status for END, CANCEL and GOAWAY
 * @param done for DONE
 * @param token for PING and the PONG that answers it
 */
public record Envelope(
    Kind kind,
    boolean mine,
    long exchange,
    long seq,
    long ack,
    long credit,
    int attempt,
    boolean last,
    boolean more,
    long size,
    long ttl,
    String contentType,
    ByteBuffer body,
    @Nullable Open open,
    @Nullable Status status,
    @Nullable Done done,
    long token) {

  /** An envelope costs its body and this much of the credit. */
  public static final int COST = 64;

  /** The most bytes of body that one envelope carries. */
  public static final int MAX_BODY = 60 * 1024;

  private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Numbers are the wire's; 8 and 9 are kept for SIGNAL and RELAY. */
  public enum Kind {
    OPEN(1),
    ITEM(2),
    END(3),
    CREDIT(4),
    CANCEL(5),
    RESUME(6),
    DONE(7),
    GOAWAY(10),
    PING(11),
    PONG(12);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    /** Whether it belongs to an exchange and not to the link. */
    public boolean isOfExchange() {
      return number <= 6;
    }
  }

  /**
   * What only an OPEN says.
   *
   * @param key the idempotency key, or null
   * @param call the kind of call that the opener makes, or null if it does not say
   */
  public record Open(
      String operation,
      Map<String, String> metadata,
      @Nullable String key,
      Call.@Nullable Kind call) {}

  /**
   * Which of the opener's exchanges are over for it.
   *
   * @param floor the lowest counter that it may still send
   * @param next the lowest counter that it has never used
   * @param counters finished ones at or above the floor; copied, ascending
   */
  public record Done(long floor, long next, long[] counters) {
    public Done {
      // Exchanges end in any order; what travels are differences.
      counters = counters.clone();
      Arrays.sort(counters);
    }
  }

  /** What this envelope takes of the credit; 0 for those that need none. */
  public long cost() {
    boolean free =
        kind != Kind.OPEN && (kind != Kind.ITEM || contentType.isEmpty() && !body.hasRemaining());
    return free ? 0 : body.remaining() + COST;
  }

  public static ByteBuffer noBody() {
    return NO_BODY;
  }

  /** One that is part of an exchange and of no direction of it: END as an abort, or CANCEL. */
  public static Envelope ofExchange(Kind kind, boolean mine, long exchange, Status status) {
    return new Envelope(
        kind, mine, exchange, 0, 0, 0, 0, false, false, 0, 0, "", NO_BODY, null, status, null, 0);
  }

  public static Envelope ping(long token) {
    return upkeep(Kind.PING, null, null, token);
  }

  public static Envelope pong(long token) {
    return upkeep(Kind.PONG, null, null, token);
  }

  public static Envelope goAway(Status status) {
    return upkeep(Kind.GOAWAY, status, null, 0);
  }

  public static Envelope done(Done done) {
    return upkeep(Kind.DONE, null, done, 0);
  }

  private static Envelope upkeep(
      Kind kind, @Nullable Status status, @Nullable Done done, long token) {
    return new Envelope(
        kind, false, 0, 0, 0, 0, 0, false, false, 0, 0, "", NO_BODY, null, status, done, token);
  }
}
