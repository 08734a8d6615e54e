package io.agentchannel.core.wire;

/**
 * What arrived is not what the wire's contract allows. The message is one line of printable ASCII,
 * fit for the peer and for a log: bytes of the peer's are never repeated in it raw.
 *
 * <p>It has no stack trace, so that whoever sends garbage costs no more than reading it.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_MESSAGE = 240;

  public MalformedPacketException(String message) {
    super(printable(message), null, false, false);
  }

  private static String printable(String message) {
    StringBuilder line = new StringBuilder(Math.min(message.length(), MAX_MESSAGE));
    for (int i = 0; i < message.length() && i < MAX_MESSAGE; i++) {
      char c = message.charAt(i);
      line.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return line.toString();
  }
}
