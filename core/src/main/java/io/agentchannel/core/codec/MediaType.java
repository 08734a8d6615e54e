package io.agentchannel.core.codec;

import io.agentchannel.Payload;
import io.agentchannel.core.OneLine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A content type as RFC 9110, section 8.3.1 writes it: {@code type/subtype; charset=…}. Other
 * parameters change nothing here.
 *
 * @param name type and subtype in lower case
 * @param charset in lower case, or null
 */
record MediaType(String name, @Nullable String charset) {
  private static final MediaType JSON = new MediaType("application/json", null);
  private static final MediaType TEXT = new MediaType("text/plain", "utf-8");
  private static final MediaType BYTES = new MediaType("application/octet-stream", null);

  static MediaType of(Payload payload) {
    return switch (payload.contentType()) {
      case Payload.JSON -> JSON;
      case Payload.TEXT -> TEXT;
      case Payload.BYTES -> BYTES;
      default -> parse(payload.contentType());
    };
  }

  private static MediaType parse(String text) {
    String[] parts = text.split(";", 16);
    String charset = null;
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.regionMatches(true, 0, "charset=", 0, "charset=".length())) {
        charset = lower(unquoted(parameter.substring("charset=".length())));
      }
    }
    return new MediaType(lower(parts[0].strip()), charset);
  }

  boolean isJson() {
    return name.equals(JSON.name) || (name.startsWith("application/") && name.endsWith("+json"));
  }

  boolean isText() {
    return name.equals(TEXT.name);
  }

  boolean isBytes() {
    return name.equals(BYTES.name);
  }

  boolean isUtf8() {
    return charset == null || charset.equals("utf-8") || charset.equals("us-ascii");
  }

  /** For a message: one line, and short. */
  @Override
  public String toString() {
    return OneLine.of(charset == null ? name : name + "; charset=" + charset);
  }

  private static String unquoted(String value) {
    return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
