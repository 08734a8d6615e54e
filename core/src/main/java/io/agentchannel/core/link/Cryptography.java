package io.agentchannel.core.link;

/** Where the computing of a handshake is done, off the event loops. Thread-safe. */
@FunctionalInterface
public interface Cryptography {

  /**
   * Runs the work soon, or {@code dropped} because there is too much of it; one of the two, once.
   * What it hands in for one link is done in order.
   */
  void run(Runnable work, Runnable dropped);
}
