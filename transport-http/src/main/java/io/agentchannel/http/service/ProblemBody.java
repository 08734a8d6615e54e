package io.agentchannel.http.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an error's body says: a problem object (RFC 9457), of an agent's or of anyone's, or one of
 * the other objects that are common.
 *
 * @param message for people, on one line, or null
 */
record ProblemBody(
    @Nullable String message,
    @Nullable Code code,
    @Nullable Outcome outcome,
    Map<String, String> details) {
  static final ProblemBody NONE = new ProblemBody(null, null, null, Map.of());

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_DETAILS = 32;
  private static final int LONGEST_DETAIL = 256;
  private static final int LONGEST_MESSAGE = 1024;

  /** Never fails: what cannot be read says nothing. */
  static ProblemBody read(byte[] body) {
    Map<String, String> texts = new HashMap<>();
    Map<String, String> details = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return NONE;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_OBJECT && name.equals("details")) {
          texts(parser, details, "");
        } else if (value == JsonToken.START_OBJECT) {
          texts(parser, texts, name + ".");
        } else if (value.isStructStart()) {
          parser.skipChildren();
        } else {
          texts.put(name, parser.getText());
        }
      }
    } catch (IOException e) {
      // What was read until here counts.
    }
    details.replaceAll((name, text) -> shortened(text, LONGEST_DETAIL));
    return new ProblemBody(
        message(texts),
        constant(Code.class, texts.get("code")),
        constant(Outcome.class, texts.get("outcome")),
        details);
  }

  private static void texts(JsonParser parser, Map<String, String> into, String prefix)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken().isStructStart()) {
        parser.skipChildren();
      } else if (into.size() < MOST_DETAILS && name.length() <= LONGEST_DETAIL) {
        into.put(prefix + name, parser.getText());
      }
    }
  }

  private static @Nullable String message(Map<String, String> texts) {
    for (String name : new String[] {"detail", "message", "error.message", "error", "title"}) {
      String text = texts.get(name);
      if (text != null && !text.isBlank()) {
        return shortened(text.replaceAll("\\p{Cntrl}", " "), LONGEST_MESSAGE);
      }
    }
    return null;
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  private static <E extends Enum<E>> @Nullable E constant(Class<E> of, @Nullable String name) {
    for (E each : of.getEnumConstants()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }
}
