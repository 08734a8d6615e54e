package io.agentchannel.core;

import org.jspecify.annotations.Nullable;

/** Makes any text fit into one line of a message or log. */
public final class OneLine {
  private static final int MAX_LENGTH = 200;

  private OneLine() {}

  /**
   * The text with control, format and line-separating characters as {@code \\uXXXX}, cut to 200
   * characters.
   */
  public static String of(@Nullable Object any) {
    String text = String.valueOf(any);
    StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 8);
    for (int i = 0; i < text.length(); i++) {
      if (i == MAX_LENGTH) {
        return line.append('…').toString();
      }
      char c = text.charAt(i);
      if (breaksLines(c)) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static boolean breaksLines(char c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
