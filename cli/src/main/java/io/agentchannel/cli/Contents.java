package io.agentchannel.cli;

import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Content types, as far as the command line needs to know them. */
public final class Contents {
  private Contents() {}

  /** {@link Payload#TEXT} for bytes that are UTF-8, {@link Payload#BYTES} for all others. */
  public static String textOrBytes(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return Payload.TEXT;
    } catch (CharacterCodingException notText) {
      return Payload.BYTES;
    }
  }

  static boolean isJson(Payload payload) {
    String type = mediaType(payload);
    return type.equals("application/json") || type.endsWith("+json");
  }

  static boolean isText(Payload payload) {
    return isJson(payload) || mediaType(payload).startsWith("text/");
  }

  private static String mediaType(Payload payload) {
    String type = payload.contentType();
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }
}
