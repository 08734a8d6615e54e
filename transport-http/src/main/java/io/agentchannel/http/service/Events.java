package io.agentchannel.http.service;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events (WHATWG HTML, section 9.2.6), of bounded size. An event that the stream's end
 * cuts off is none. Reconnecting is not meant for requests with a body, so ids and times are
 * skipped. Lines end in LF or CRLF; the lone CR that the standard allows besides is not in use.
 */
final class Events {
  private final Lines lines;
  private final int most;
  private boolean first = true;
  private boolean tooLong;

  Events(Lines lines, int most) {
    this.lines = lines;
    this.most = most;
  }

  /**
   * @param name {@code message} where it has none
   */
  record Event(String name, String data) {}

  /** The next event that has data; null after the last, or if one is too large. */
  @Nullable Event next() throws IOException {
    StringBuilder data = new StringBuilder();
    boolean hasData = false;
    String name = "";
    for (String line = nextLine(); line != null; line = nextLine()) {
      if (line.isEmpty()) {
        if (hasData) {
          return new Event(name.isEmpty() ? "message" : name, data.toString());
        }
        name = "";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      if (field.equals("event")) {
        name = value;
      } else if (field.equals("data")) {
        if (hasData) {
          data.append('\n');
        }
        hasData = true;
        data.append(value);
        if (data.length() > most) {
          tooLong = true;
          return null;
        }
      }
    }
    return null;
  }

  private @Nullable String nextLine() throws IOException {
    String line = lines.next();
    if (first && line != null) {
      first = false;
      return line.startsWith("\ufeff") ? line.substring(1) : line;
    }
    return line;
  }

  boolean isTooLong() {
    return tooLong;
  }
}
