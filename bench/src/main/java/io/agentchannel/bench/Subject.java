package io.agentchannel.bench;

import org.HdrHistogram.Histogram;

/**
 * One way to do the work of the comparison: both of its ends in this JVM, connected over loopback,
 * each message {@link #MESSAGE_BYTES} long.
 *
 * <p>Used by one thread, which waits in each method until all is done.
 */
interface Subject extends AutoCloseable {
  int MESSAGE_BYTES = 256;

  /**
   * Sends requests one after the other: each leaves when the reply to the one before is there.
   *
   * @param nanos takes the time of each, from the request's handing over to its reply's arrival
   */
  void roundTrips(int count, Histogram nanos);

  /** Sends requests so that {@code atOnce} of them are under way until the last ones. */
  void inFlight(int count, int atOnce);

  /** Asks once and takes this many messages. */
  void stream(int count);

  @Override
  void close();
}
