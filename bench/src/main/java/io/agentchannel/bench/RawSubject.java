package io.agentchannel.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A library used as it is, without AgentChannel. */
interface RawSubject extends Subject {

  /**
   * Sends requests so that {@code atOnce} of them are under way until the last ones.
   *
   * @param nanos takes the time of each, if there is one
   */
  void loop(int count, int atOnce, @Nullable Histogram nanos);

  @Override
  default void roundTrips(int count, Histogram nanos) {
    loop(count, 1, nanos);
  }

  @Override
  default void inFlight(int count, int atOnce) {
    loop(count, atOnce, null);
  }

  /** One more connection to the same server, both ends in this JVM, with nothing going over it. */
  AutoCloseable connectAnother() throws Exception;
}
