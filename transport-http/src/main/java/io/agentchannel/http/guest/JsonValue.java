package io.agentchannel.http.guest;

import io.agentchannel.Payload;
import io.agentchannel.http.internal.server.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * A message as a JSON value on one line: JSON is the value itself, a text a string, other bytes
 * {@code {"base64":"..."}}; as in the JSON of WebSocket clients.
 */
final class JsonValue {
  private JsonValue() {}

  static String of(Payload payload) {
    String type = payload.contentType().toLowerCase(Locale.ROOT);
    int end = type.indexOf(';');
    String essence = (end < 0 ? type : type.substring(0, end)).strip();
    if (essence.equals("application/json") || essence.endsWith("+json")) {
      // Between values a line end is a blank; inside of strings JSON has none.
      String json = payload.utf8().replace('\n', ' ').replace('\r', ' ');
      return json.isBlank() ? "null" : json;
    }
    StringBuilder json = new StringBuilder(payload.size() + 16);
    if (essence.startsWith("text/") && isUtf8(type)) {
      Problem.quote(payload.utf8(), json);
    } else {
      json.append("{\"base64\":\"")
          .append(
              new String(
                  Base64.getEncoder().encode(payload.toByteArray()), StandardCharsets.ISO_8859_1))
          .append("\"}");
    }
    return json.toString();
  }

  private static boolean isUtf8(String type) {
    int charset = type.indexOf("charset=");
    if (charset < 0) {
      return true;
    }
    String name = type.substring(charset + "charset=".length()).replace("\"", "");
    return name.startsWith("utf-8") || name.startsWith("us-ascii");
  }
}
