package io.agentchannel.core.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parser's current value as what it should be, or says in one line what that is. */
final class JsonValues {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");

  private final JsonParser in;

  JsonValues(JsonParser in) {
    this.in = in;
  }

  /** An object of texts, within the limits of metadata and details. */
  Map<String, String> texts(String what, boolean lowerCase)
      throws IOException, MalformedPacketException {
    requireObject(what);
    StringEntries entries = new StringEntries(what);
    String each = "each value of " + what;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = wellFormed(what, in.currentName());
      in.nextToken();
      String value = text(each, WireLimits.MAX_ENTRIES_BYTES);
      entries.add(lowerCase ? name.toLowerCase(Locale.ROOT) : name, value);
    }
    return entries.toMap();
  }

  void requireObject(String what) throws MalformedPacketException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedPacketException(what + " is an object");
    }
  }

  String text(String what, int maxChars) throws IOException, MalformedPacketException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw new MalformedPacketException(what + " is a string");
    }
    String text = in.getText();
    if (text.length() > maxChars) {
      throw new MalformedPacketException(what + " has more than " + maxChars + " characters");
    }
    return wellFormed(what, text);
  }

  /** The text, which must have a UTF-8 form; Jackson lets half a surrogate pair through. */
  static String wellFormed(String what, String text) throws MalformedPacketException {
    if (!Utf8.isWellFormed(text)) {
      throw new MalformedPacketException(what + " has half a surrogate pair");
    }
    return text;
  }

  /** One of the words, by name. */
  <T> T oneOf(Map<String, T> values, String what) throws IOException, MalformedPacketException {
    T value = values.get(text(what, 64));
    if (value == null) {
      throw new MalformedPacketException(
          "an unknown " + what + "; there are " + String.join(", ", values.keySet()));
    }
    return value;
  }

  long number(String what) throws IOException, MalformedPacketException {
    if (in.currentToken() != JsonToken.VALUE_NUMBER_INT || in.getText().startsWith("-")) {
      throw new MalformedPacketException(what + " is a whole number, 0 or more");
    }
    return in.getLongValue();
  }

  boolean flag(String what) throws MalformedPacketException {
    JsonToken token = in.currentToken();
    if (!token.isBoolean()) {
      throw new MalformedPacketException(what + " is true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** Milliseconds, more than none. */
  long duration() throws IOException, MalformedPacketException {
    long millis = 0;
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      Matcher duration = DURATION.matcher(in.getText());
      if (duration.matches()) {
        millis =
            Long.parseLong(duration.group(1))
                * switch (duration.group(2)) {
                  case "ms" -> 1;
                  case "s" -> 1_000;
                  case "m" -> 60_000;
                  default -> 3_600_000;
                };
      }
    } else if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      millis = in.getLongValue();
    }
    if (millis <= 0) {
      throw new MalformedPacketException(
          "timeout is a duration such as \"5s\" or \"250ms\", or milliseconds, above 0");
    }
    return millis;
  }
}
