package io.agentchannel.core.link;

/** The smoothed round trip of a link and its variation (RFC 6298, section 2). Thread-safe. */
final class RoundTrip {
  private long smoothed;
  private long variation;

  synchronized void sample(long nanos) {
    if (smoothed == 0) {
      smoothed = Math.max(1, nanos);
      variation = nanos / 2;
    } else {
      variation += (Math.abs(smoothed - nanos) - variation) / 4;
      smoothed += (nanos - smoothed) / 8;
    }
  }

  /** 0 before the first sample. */
  synchronized long smoothedNanos() {
    return smoothed;
  }

  /** How long an answer may take before it is missed. */
  synchronized long patienceNanos() {
    return smoothed + 4 * variation;
  }
}
