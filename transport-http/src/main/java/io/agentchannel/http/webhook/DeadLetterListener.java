package io.agentchannel.http.webhook;

/**
 * Is told of deliveries that were given up; found with {@link java.util.ServiceLoader}. What it
 * does not keep is gone: nothing is written to disk. Without any listener each is a warning in the
 * log.
 *
 * <p>Called once for each, on threads that others wait for: it must be quick. Thread-safe.
 */
public interface DeadLetterListener {
  void onDeadLetter(DeadLetter letter);
}
