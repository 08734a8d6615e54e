package io.agentchannel.http.internal.okhttp;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import okhttp3.Response;

/** {@code Retry-After} (RFC 9110, section 10.2.3). */
public final class RetryAfter {
  private RetryAfter() {}

  /** What it says in milliseconds, 0 for a time that is past; else what is given. */
  public static long millis(Response response, long otherwise) {
    String text = response.header("Retry-After");
    if (text == null) {
      return otherwise;
    }
    String value = text.strip();
    if (value.matches("[0-9]{1,9}")) {
      return Long.parseLong(value) * 1000;
    }
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.max(0, Duration.between(Instant.now(), at).toMillis());
    } catch (DateTimeParseException e) {
      return otherwise;
    }
  }
}
