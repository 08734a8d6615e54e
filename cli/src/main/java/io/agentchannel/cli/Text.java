package io.agentchannel.cli;

/** Text from elsewhere, made fit for a terminal and a log. */
public final class Text {
  private static final int MAX_CHARS = 2_000;

  private Text() {}

  /** One line: control characters and what turns writing around are spelled out. */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length() && line.length() < MAX_CHARS; i++) {
      char c = text.charAt(i);
      if (c == '\t' || c == '\n' || c == '\r') {
        line.append(' ');
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    if (line.length() >= MAX_CHARS) {
      line.append('…');
    }
    return line.toString().strip();
  }

  /** As a word of a shell's command line that means exactly this text. */
  static String shellQuoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
