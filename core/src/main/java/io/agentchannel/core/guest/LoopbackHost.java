package io.agentchannel.core.guest;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells whether a {@code Host} (RFC 9110, section 7.2) names this machine itself. A web page that
 * had its own name resolve to 127.0.0.1 sends that name, and is found out by it.
 */
final class LoopbackHost {
  private static final String OCTET = "(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(?:localhost|127\\."
              + OCTET
              + "\\."
              + OCTET
              + "\\."
              + OCTET
              + "|\\[::1\\])"
              + "(?::[0-9]{1,5})?");

  private LoopbackHost() {}

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
