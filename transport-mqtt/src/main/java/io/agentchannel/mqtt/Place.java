package io.agentchannel.mqtt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The last level of an inbox: which process, and which of its connections. One process that reaches
 * one broker under two addresses has two of them, and neither takes the other's place.
 */
final class Place {
  private static final int TAG_LENGTH = 5;

  private Place() {}

  static String of(long instance, Endpoint broker) {
    String tag = HexFormat.of().formatHex(sha256(broker.toString())).substring(0, TAG_LENGTH);
    return HexFormat.of().toHexDigits(instance) + "-" + tag;
  }

  /** At most 23 letters and digits, which every broker accepts (MQTT 5.0, section 3.1.3.1). */
  static String clientId(String place) {
    return "ac" + place.replace("-", "");
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
