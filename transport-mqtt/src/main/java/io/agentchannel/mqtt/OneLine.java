package io.agentchannel.mqtt;

/** Makes text from the network fit for a message or a log line. */
final class OneLine {
  private static final int LONGEST = 200;

  private OneLine() {}

  /** Printable ASCII is kept, anything else becomes {@code ?}; cut after 200 characters. */
  static String of(CharSequence text) {
    int length = Math.min(text.length(), LONGEST);
    StringBuilder line = new StringBuilder(length + 3);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      line.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return text.length() > LONGEST ? line.append("...").toString() : line.toString();
  }
}
