package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** How a client wants its replies, by its {@code Accept} (RFC 9110, section 12.5.1). */
enum Format {
  /** One reply as it is, those of a stream together as a JSON array. */
  WHOLE("application/json"),
  /** A line of JSON each. */
  LINES("application/x-ndjson"),
  /** Server-sent events (WHATWG HTML, section 9.2). */
  EVENTS("text/event-stream");

  private final String contentType;

  Format(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** The one that is accepted most; of equals the first that is named. */
  static Format accepted(List<String> accepts) {
    Format best = WHOLE;
    double most = 0;
    for (String accept : accepts) {
      for (String range : accept.split(",", -1)) {
        String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
        double weight = weight(parts);
        if (weight > most) {
          most = weight;
          best = named(parts[0].strip());
        }
      }
    }
    return best;
  }

  private static Format named(String type) {
    return switch (type) {
      case "text/event-stream" -> EVENTS;
      case "application/x-ndjson", "application/ndjson", "application/jsonl" -> LINES;
      default -> WHOLE;
    };
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }

  /** One item as a part of the response. */
  byte[] item(long seq, Payload item) {
    String value = JsonValue.of(item);
    return utf8(
        switch (this) {
          case WHOLE -> throw new IllegalStateException("these are sent together");
          case LINES -> value + "\n";
          case EVENTS -> "id: " + seq + "\ndata: " + value + "\n\n";
        });
  }

  /** The last part of a response that has begun and cannot be what was hoped for. */
  byte[] failure(AgentException failure) {
    String problem = Failures.json(failure);
    return utf8(
        switch (this) {
          case WHOLE -> throw new IllegalStateException("these are sent together");
          case LINES -> "{\"error\":" + problem + "}\n";
          case EVENTS -> "event: error\ndata: " + problem + "\n\n";
        });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
