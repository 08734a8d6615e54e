package io.agentchannel.core.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses with a common beginning (RFC 4632): {@code 10.0.0.0/8}, {@code fd00::/8}, or one
 * alone. Never asks a name server.
 */
final class AddressBlock {
  private static final Pattern IPV4 =
      Pattern.compile("(OCTET\\.){3}OCTET".replace("OCTET", "(25[0-5]|2[0-4]\\d|1?\\d?\\d)"));
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:][0-9a-f:.]*:[0-9a-f:.]*");
  private static final Pattern BITS = Pattern.compile("\\d{1,3}");

  private final byte[] first;
  private final int bits;

  private AddressBlock(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /** Null if it is neither an address nor a block of them. */
  static @Nullable AddressBlock of(String text) {
    int slash = text.indexOf('/');
    byte[] first = address(slash < 0 ? text : text.substring(0, slash));
    if (first == null) {
      return null;
    }
    int all = 8 * first.length;
    if (slash < 0) {
      return new AddressBlock(first, all);
    }
    String length = text.substring(slash + 1);
    int bits = BITS.matcher(length).matches() ? Integer.parseInt(length) : Integer.MAX_VALUE;
    return bits <= all ? new AddressBlock(first, bits) : null;
  }

  boolean contains(byte[] address) {
    if (address.length != first.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit & 7);
      if ((first[bit >> 3] & mask) != (address[bit >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of an address written in digits, in lower case; null for a name. */
  static byte @Nullable [] address(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static boolean isLoopback(byte @Nullable [] address) {
    if (address == null) {
      return false;
    }
    try {
      return InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
