package io.agentchannel.core.exchange;

import java.time.Duration;

/**
 * The bounds of a session.
 *
 * @param window bytes that the peer may send ahead on one exchange, at first; at least {@value
 *     #MIN_WINDOW}
 * @param windowMax how far that grows while the consumer keeps up
 * @param maxMessage bytes of the largest message taken
 * @param maxExchanges exchanges of the peer that may run handlers at once
 * @param resumeWindow how long an exchange may be without a link
 */
public record ExchangeOptions(
    long window, long windowMax, long maxMessage, int maxExchanges, Duration resumeWindow) {

  /** With less a sender that waits for credit worth a packet could wait for ever. */
  public static final int MIN_WINDOW = 16 << 10;

  public static final ExchangeOptions DEFAULTS =
      new ExchangeOptions(256 << 10, 4 << 20, 16 << 20, 1024, Duration.ofSeconds(60));

  /**
   * @throws IllegalArgumentException if the window is too small, or the largest message larger than
   *     an array
   */
  public ExchangeOptions {
    if (window < MIN_WINDOW) {
      throw new IllegalArgumentException("the window is at least " + MIN_WINDOW + " bytes");
    }
    if (maxMessage > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a message has at most 2 GiB");
    }
  }

  /** The same with another resume window: the shorter of both sides' counts. */
  public ExchangeOptions withResumeWindow(Duration time) {
    return new ExchangeOptions(window, windowMax, maxMessage, maxExchanges, time);
  }
}
