package io.agentchannel.core.exchange;

/** How often a peer is told that an exchange is not known here: not more often than helps. */
final class StrayLimit {
  static final int MOST_PER_SECOND = 100;
  private static final long SECOND = 1_000_000_000;

  private long since;
  private int answered;

  boolean allows(long now) {
    if (answered == 0 || now - since >= SECOND) {
      since = now;
      answered = 0;
    }
    return ++answered <= MOST_PER_SECOND;
  }
}
