package io.agentchannel.http.internal.link;

import org.jspecify.annotations.Nullable;

/**
 * The batches of one direction as they arrive: twice, or one before the other where two carriers
 * bring them. For one thread.
 */
final class Inlet {
  private long last;
  private byte @Nullable [] early;

  /** The number up to which all have arrived. */
  long last() {
    return last;
  }

  /** Whether a later batch waits for one that is still on its way. */
  boolean isWaiting() {
    return early != null;
  }

  /** What is to be made of a batch with this number. */
  enum Place {
    NEXT,
    /** It was here before. */
    REPEATED,
    /** One is missing before it, and on its way. */
    EARLY,
    /** More are missing than can be on their way. */
    IMPOSSIBLE
  }

  Place place(long number) {
    long distance = number - last;
    return distance == 1
        ? Place.NEXT
        : distance <= 0 ? Place.REPEATED : distance == 2 ? Place.EARLY : Place.IMPOSSIBLE;
  }

  /** The next one has come. */
  void advance() {
    last++;
  }

  void keep(byte[] batch) {
    early = batch;
  }

  /** The one that was kept, now that the one before it is there. */
  byte @Nullable [] takeEarly() {
    byte[] kept = early;
    early = null;
    return kept;
  }
}
