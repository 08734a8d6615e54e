package io.agentchannel;

/** The one rule for names of operations, topics and agents. */
final class Names {
  private static final int MAX_LENGTH = 128;

  private Names() {}

  static String requireName(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || !isLetterOrDigit(name.charAt(0))) {
      throw invalid(what);
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
        throw invalid(what);
      }
    }
    return name;
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException(
        what
            + " names are 1 to 128 of A-Z a-z 0-9 . _ - and begin with a letter or digit; this one"
            + " does not");
  }
}
