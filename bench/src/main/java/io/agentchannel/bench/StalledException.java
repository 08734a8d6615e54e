package io.agentchannel.bench;

/** Nothing has arrived for so long that nothing will: a message was lost, or never left. */
final class StalledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StalledException(String message) {
    super(message);
  }
}
