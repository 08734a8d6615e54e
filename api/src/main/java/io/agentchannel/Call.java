package io.agentchannel;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call when it starts, the same on both sides. Immutable.
 *
 * @param kind of the operation; the transports and the wire do not know it
 * @param peer who is called (the channel's target) or who calls, for logs
 * @param caller who calls, on the server's side; null on the caller's
 * @param exchangeId the exchange id on the server's side; empty on the caller's, where it is not
 *     given yet
 * @param metadata unmodifiable, names in lower case
 * @param deadlineNanos on the clock of {@link System#nanoTime}, or null for none
 * @param acceptNanos until when a stream must have been accepted, on the same clock; null for none
 * @param key the idempotency key, or null
 * @param idempotent see {@link Operation#isIdempotent}
 * @param direct see {@link CallOptions#withDirect}
 */
public record Call(
    String operation,
    Kind kind,
    String peer,
    @Nullable Peer caller,
    String exchangeId,
    Map<String, String> metadata,
    @Nullable Long deadlineNanos,
    @Nullable Long acceptNanos,
    @Nullable String key,
    boolean idempotent,
    boolean direct) {

  /** The four kinds of operations. */
  public enum Kind {
    UNARY,
    STREAMING,
    DUPLEX,
    ONE_WAY;

    public static Kind of(Operation<?, ?> operation) {
      if (operation instanceof Unary) {
        return UNARY;
      }
      if (operation instanceof Streaming) {
        return STREAMING;
      }
      return operation instanceof Duplex ? DUPLEX : ONE_WAY;
    }

    /** Whether the opener sends exactly one message. */
    public boolean hasOneRequest() {
      return this != DUPLEX;
    }
  }

  /** The same call with one more name and value for the other side. */
  public Call withMetadata(String name, String value) {
    Map<String, String> merged = new LinkedHashMap<>(metadata);
    merged.put(name.toLowerCase(Locale.ROOT), value);
    return copy(Map.copyOf(merged), deadlineNanos, acceptNanos);
  }

  /** The same call with other time limits. */
  public Call withDeadline(@Nullable Long deadlineNanos, @Nullable Long acceptNanos) {
    return copy(metadata, deadlineNanos, acceptNanos);
  }

  private Call copy(
      Map<String, String> metadata, @Nullable Long deadlineNanos, @Nullable Long acceptNanos) {
    return new Call(
        operation,
        kind,
        peer,
        caller,
        exchangeId,
        metadata,
        deadlineNanos,
        acceptNanos,
        key,
        idempotent,
        direct);
  }
}
