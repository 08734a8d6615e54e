package io.agentchannel.core.wire;

import io.agentchannel.Payload;

/** The content types that travel as a number. */
final class ContentTypes {
  private static final String[] BY_NUMBER = {"", Payload.JSON, Payload.BYTES, Payload.TEXT};

  private ContentTypes() {}

  /** The number of a content type; 0 for one that has none. */
  static int numberOf(String contentType) {
    return switch (contentType) {
      case Payload.JSON -> 1;
      case Payload.BYTES -> 2;
      case Payload.TEXT -> 3;
      default -> 0;
    };
  }

  static String ofNumber(long number) throws MalformedPacketException {
    if (number >= BY_NUMBER.length) {
      throw new MalformedPacketException("an unknown number of a content type");
    }
    return BY_NUMBER[(int) number];
  }

  /**
   * Checks what came as text; the common ones become the constants that everybody compares with.
   */
  static String ofText(String contentType) throws MalformedPacketException {
    if (!WireLimits.isContentType(contentType)) {
      throw new MalformedPacketException(
          "a content type is 1 to " + WireLimits.MAX_CONTENT_TYPE + " printable ASCII characters");
    }
    return switch (contentType) {
      case Payload.JSON -> Payload.JSON;
      case Payload.BYTES -> Payload.BYTES;
      case Payload.TEXT -> Payload.TEXT;
      default -> contentType;
    };
  }
}
