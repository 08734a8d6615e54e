package io.agentchannel.http.guest;

import java.util.List;
import java.util.Locale;

/**
 * What the client said in {@code Prefer} (RFC 7240), as far as it is understood here.
 *
 * @param isAsync whether it will ask for the reply
 * @param waitSeconds how long it waits before; -1 if it does not say
 */
record Preference(boolean isAsync, int waitSeconds) {
  /** Longer is taken for this: what stands in between seldom waits longer. */
  static final int LONGEST_WAIT = 300;

  /** What cannot be understood is ignored, as section 2 says. */
  static Preference of(List<String> headers) {
    boolean async = false;
    int wait = -1;
    for (String header : headers) {
      for (String preference : header.split(",", -1)) {
        String text = preference.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (text.equals("respond-async")) {
          async = true;
        } else if (wait < 0 && text.matches("wait=\"?[0-9]{1,9}\"?")) {
          wait =
              Math.min(
                  LONGEST_WAIT,
                  Integer.parseInt(text.substring("wait=".length()).replace("\"", "")));
        }
      }
    }
    return new Preference(async || wait >= 0, wait);
  }

  /** How long the response may be held back for the reply to be it. */
  int patienceSeconds() {
    return Math.max(0, waitSeconds);
  }

  /** For {@code Preference-Applied}. */
  String applied() {
    return waitSeconds >= 0 ? "respond-async, wait=" + waitSeconds : "respond-async";
  }
}
