package io.agentchannel.core.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.agentchannel.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The value of a {@code body} member, before its content type is known: members come in any order.
 *
 * @param json the value as compact UTF-8, its numbers to the letter
 * @param string the text of a JSON string, else null
 * @param base64 the member of an object that has only this one, else null
 */
record JsonBody(ByteBuffer json, @Nullable String string, @Nullable String base64) {
  static final String BASE64 = "base64";

  /** What a text is to a reader who is not told its content type. */
  enum Shape {
    NOT_JSON,
    /** JSON, and taken for it. */
    PLAIN,
    /** JSON, but it would be taken for a text or for bytes. */
    AMBIGUOUS
  }

  static Shape shapeOf(String text) {
    try (JsonParser in = JsonEnvelopes.OWN.createParser(text)) {
      JsonToken first = in.nextToken();
      if (first == null) {
        return Shape.NOT_JSON;
      }
      boolean ambiguous = first == JsonToken.VALUE_STRING;
      if (first == JsonToken.START_OBJECT
          && BASE64.equals(in.nextFieldName())
          && in.nextToken() == JsonToken.VALUE_STRING
          && in.nextToken() == JsonToken.END_OBJECT) {
        ambiguous = true;
      }
      while (!in.getParsingContext().inRoot()) {
        in.nextToken();
      }
      if (in.nextToken() != null) {
        return Shape.NOT_JSON;
      }
      return ambiguous ? Shape.AMBIGUOUS : Shape.PLAIN;
    } catch (IOException e) {
      return Shape.NOT_JSON;
    }
  }

  /** Reads the value that begins with the parser's current token. */
  static JsonBody read(JsonParser in) throws IOException, MalformedPacketException {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
      String string = in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : null;
      String base64;
      try (JsonGenerator out = JsonEnvelopes.OWN.createGenerator(bytes)) {
        base64 = copy(in, out);
      }
      return new JsonBody(ByteBuffer.wrap(bytes.toByteArray()), string, base64);
    }
  }

  /** The message, given the {@code contentType} member, null if there was none. */
  Payload toPayload(@Nullable String contentType) throws MalformedPacketException {
    if (contentType == null) {
      if (base64 != null) {
        return Payload.of(Payload.BYTES, decoded(base64));
      }
      return string == null
          ? Payload.of(Payload.JSON, json)
          : Payload.of(Payload.TEXT, string.getBytes(StandardCharsets.UTF_8));
    }
    String type = essence(contentType);
    if (type.equals(Payload.JSON)) {
      return Payload.of(Payload.JSON, json);
    }
    if (base64 != null) {
      return Payload.of(contentType, decoded(base64));
    }
    if (type.endsWith("+json")) {
      return Payload.of(contentType, json);
    }
    if (string != null) {
      return Payload.of(contentType, string.getBytes(StandardCharsets.UTF_8));
    }
    throw new MalformedPacketException(
        "a body of this contentType is a string or {\"base64\":\"...\"}");
  }

  /**
   * Copies one value.
   *
   * @return the text of its member {@value #BASE64} if it is an object with that alone
   */
  private static @Nullable String copy(JsonParser in, JsonGenerator out)
      throws IOException, MalformedPacketException {
    int depth = 0;
    int members = 0;
    String base64 = null;
    while (true) {
      JsonToken token = in.currentToken();
      if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
        String text = JsonValues.wellFormed("body", in.getText());
        if (depth == 1 && token == JsonToken.FIELD_NAME) {
          members++;
        } else if (depth == 1 && BASE64.equals(in.currentName())) {
          base64 = text;
        }
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      if (token.isNumeric()) {
        // As it was written: a double would lose digits, a BigDecimal would change the notation.
        out.writeNumber(in.getText());
      } else {
        out.copyCurrentEvent(in);
      }
      if (depth == 0) {
        return members == 1 ? base64 : null;
      }
      in.nextToken();
    }
  }

  private static byte[] decoded(String base64) throws MalformedPacketException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MalformedPacketException("the member base64 of a body is not base64");
    }
  }

  private static String essence(String contentType) {
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
