package io.agentchannel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one call asks for beyond its operation. Nothing here names a transport. Immutable: the
 * {@code with…} methods give changed copies.
 */
public final class CallOptions {
  private static final CallOptions DEFAULTS = new CallOptions(null, Map.of(), null, false);

  private final @Nullable Duration timeout;
  private final Map<String, String> metadata;
  private final @Nullable String key;
  private final boolean direct;

  private CallOptions(
      @Nullable Duration timeout,
      Map<String, String> metadata,
      @Nullable String key,
      boolean direct) {
    this.timeout = timeout;
    this.metadata = metadata;
    this.key = key;
    this.direct = direct;
  }

  /** No metadata, no key, and the agent's default timeouts. */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /** Shorthand for {@code defaults().withTimeout(timeout)}. */
  public static CallOptions timeout(Duration timeout) {
    return DEFAULTS.withTimeout(timeout);
  }

  /** Shorthand for {@code defaults().withMetadata(name, value)}. */
  public static CallOptions metadata(String name, String value) {
    return DEFAULTS.withMetadata(name, value);
  }

  /** Shorthand for {@code defaults().withKey(key)}. */
  public static CallOptions key(String key) {
    return DEFAULTS.withKey(key);
  }

  /** Shorthand for {@code defaults().withDirect()}. */
  public static CallOptions direct() {
    return DEFAULTS.withDirect();
  }

  /**
   * Ends the whole call, a stream included, when this much time has passed. Without it, unary and
   * one-way calls have 30 s; streams and conversations have 30 s to be accepted and then no limit.
   */
  public CallOptions withTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout is longer than nothing");
    }
    return new CallOptions(timeout, metadata, key, direct);
  }

  /**
   * Adds a name and value for the handler and for interceptors. Names are lower-cased, as header
   * names are; a name that is there already is replaced.
   */
  public CallOptions withMetadata(String name, String value) {
    Map<String, String> merged = new LinkedHashMap<>(metadata);
    merged.put(name.toLowerCase(java.util.Locale.ROOT), value);
    return new CallOptions(timeout, Map.copyOf(merged), key, direct);
  }

  /**
   * An idempotency key: calls with the same operation and key, made by this agent even across its
   * restarts, run the handler once while the peer remembers (10 minutes unless configured), and all
   * get its reply. The same key with another request fails with {@link Code#ALREADY_EXISTS}.
   */
  public CallOptions withKey(String key) {
    if (key.isEmpty() || key.length() > 256) {
      throw new IllegalArgumentException("an idempotency key has 1 to 256 characters");
    }
    return new CallOptions(timeout, metadata, key, direct);
  }

  /**
   * Completes futures and calls subscribers where the packet arrives, without a hand-over to the
   * agent's executor. Quickest; what runs there must not block, and a blocking call of this library
   * from there fails with {@link Code#FAILED_PRECONDITION}.
   */
  public CallOptions withDirect() {
    return new CallOptions(timeout, metadata, key, true);
  }

  /** The timeout asked for, or null for the default. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Unmodifiable; names in lower case. */
  public Map<String, String> metadata() {
    return metadata;
  }

  public @Nullable String key() {
    return key;
  }

  public boolean isDirect() {
    return direct;
  }
}
