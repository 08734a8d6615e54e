package io.agentchannel.http.internal.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Errors for clients: {@code application/problem+json} (RFC 9457). */
public final class Problem {
  public static final String CONTENT_TYPE = "application/problem+json";

  private Problem() {}

  public static Response of(HttpResponseStatus status, String detail) {
    return of(status, detail, Map.of());
  }

  /**
   * @param more members beside the standard ones, texts all
   */
  public static Response of(HttpResponseStatus status, String detail, Map<String, String> more) {
    StringBuilder json = new StringBuilder(128);
    json.append("{\"status\":").append(status.code());
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("title", status.reasonPhrase());
    texts.put("detail", detail);
    texts.putAll(more);
    texts.forEach(
        (name, text) -> {
          json.append(',');
          quote(name, json);
          json.append(':');
          quote(text, json);
        });
    json.append("}\n");
    return Response.of(status, CONTENT_TYPE, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A JSON string (RFC 8259, section 7). */
  public static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029 || isLoneSurrogate(text, i)) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
