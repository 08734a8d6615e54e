package io.agentchannel;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler knows of the call it serves. Thread-safe; valid for as long as the call lives, and
 * readable after.
 */
public interface CallContext {

  Peer peer();

  /** The operation's name as it was called. */
  String operation();

  /** The exchange id, unique per caller's process; the correlation id for logs. */
  String exchangeId();

  /** What the caller sent along, names in lower case; unmodifiable. */
  Map<String, String> metadata();

  /** What is left of the caller's deadline, never negative; null if it set none. */
  @Nullable Duration timeLeft();

  /** Whether the caller has cancelled, its deadline has passed, or it is gone for good. */
  boolean isCancelled();

  /**
   * Runs the action once when the call is cancelled, at once if it is already. The thread is any,
   * the action must not block; the thread that runs a pooled handler is interrupted besides.
   */
  void onCancel(Runnable action);
}
