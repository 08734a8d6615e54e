package io.agentchannel.mqtt;

/** Texts as MQTT takes them. */
final class Texts {
  private static final int LONGEST = 1024;

  private Texts() {}

  /** A text of ours, which may quote somebody, as a user property: short, and without controls. */
  static String forProperty(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .map(c -> Character.isISOControl(c) || isNotText(c) ? ' ' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Surrogates without a partner, and code points that never are characters. */
  private static boolean isNotText(int c) {
    return c >= 0xd800 && c <= 0xdfff || (c & 0xfffe) == 0xfffe || c >= 0xfdd0 && c <= 0xfdef;
  }
}
