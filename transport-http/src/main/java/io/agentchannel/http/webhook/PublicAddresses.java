package io.agentchannel.http.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Which addresses a stranger may have us call: those of the public internet (the special-purpose
 * registries of RFC 6890). What embeds an IPv4 address is what that address is.
 */
public final class PublicAddresses {
  private PublicAddresses() {}

  public static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes, int at) {
    int a = bytes[at] & 0xff;
    int b = bytes[at + 1] & 0xff;
    int c = bytes[at + 2] & 0xff;
    boolean special =
        a == 0
            || a == 10
            || a == 100 && b >= 64 && b < 128
            || a == 127
            // Link-local, the metadata services of clouds among them.
            || a == 169 && b == 254
            || a == 172 && b >= 16 && b < 32
            || a == 192 && b == 0 && (c == 0 || c == 2)
            || a == 192 && b == 88 && c == 99
            || a == 192 && b == 168
            || a == 198 && (b == 18 || b == 19)
            || a == 198 && b == 51 && c == 100
            || a == 203 && b == 0 && c == 113
            || a >= 224;
    return !special;
  }

  private static boolean isPublic6(byte[] bytes) {
    if (begins(bytes, 0x00, 0x64, 0xff, 0x9b) && isZero(bytes, 4, 12)) {
      return isPublic4(bytes, 12);
    }
    if (begins(bytes, 0x20, 0x02)) {
      return isPublic4(bytes, 2);
    }
    if (isZero(bytes, 0, 10) && (bytes[10] & bytes[11] & 0xff) == 0xff) {
      return isPublic4(bytes, 12);
    }
    // Global unicast is 2000::/3; of it not Teredo, benchmarks, ORCHID and documentation.
    boolean global = (bytes[0] & 0xe0) == 0x20;
    boolean special =
        begins(bytes, 0x20, 0x01) && (bytes[2] & 0xff) < 0x02
            || begins(bytes, 0x20, 0x01, 0x0d, 0xb8)
            || begins(bytes, 0x3f, 0xff) && (bytes[2] & 0xf0) == 0;
    return global && !special;
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if ((bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
