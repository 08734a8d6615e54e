package io.agentchannel.http.guest;

import io.agentchannel.Payload;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.spi.GuestCalls.GuestCall;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, body apart.
 *
 * @param base of the path, without a slash at its end
 * @param acceptsJson whether it named JSON, and so will read an empty array
 */
record CallRequest(
    String base,
    GuestCall call,
    String contentType,
    Format format,
    boolean acceptsJson,
    Preference preference,
    @Nullable URI callback) {
  private static final String COLLECTION = "agents";
  private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final String AGENT_TIMEOUT = "agent-timeout";
  private static final String CALLBACK_URL = "callback-url";
  private static final String IDEMPOTENCY_KEY = "idempotency-key";

  /** What is HTTP's, or a browser's, or is understood here; and so no metadata of the call. */
  private static final Set<String> NOT_FOR_HANDLERS =
      Set.of(
          "authorization",
          "cache-control",
          "connection",
          "cookie",
          "date",
          "dnt",
          "expect",
          "forwarded",
          "host",
          "http2-settings",
          "keep-alive",
          "origin",
          "pragma",
          "prefer",
          "priority",
          "range",
          "referer",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "upgrade-insecure-requests",
          "user-agent",
          "via",
          AGENT_TIMEOUT,
          CALLBACK_URL,
          IDEMPOTENCY_KEY);

  private static final Pattern FAMILIES_NOT_FOR_HANDLERS =
      Pattern.compile(
          "(?:accept|access-control-|content-|if-|proxy-|sec-|x-forwarded-|x-http2-).*");

  /** Whether the path is that of a call. */
  static boolean isPath(RequestHead head) {
    String[] segments = head.lastSegments(3);
    return segments != null && segments[0].equals(COLLECTION);
  }

  static CallRequest of(RequestHead head) throws Refusal {
    String[] segments = head.lastSegments(3);
    if (segments == null) {
      throw new IllegalStateException("not the path of a call");
    }
    int suffix = COLLECTION.length() + segments[1].length() + segments[2].length() + 3;
    String base = head.path().substring(0, head.path().length() - suffix);
    if (base.startsWith("//")) {
      throw Failures.invalid("the path begins with two slashes");
    }
    HttpHeaders headers = head.headers();
    String contentType = head.single(HttpHeaderNames.CONTENT_TYPE);
    GuestCall call =
        new GuestCall(
            RequestHead.unescape(segments[1]),
            RequestHead.unescape(segments[2]),
            metadata(headers),
            timeout(head.single(AGENT_TIMEOUT)),
            head.single(IDEMPOTENCY_KEY));
    return new CallRequest(
        base,
        call,
        contentType == null || contentType.isBlank() ? Payload.BYTES : contentType,
        Format.accepted(headers.getAll(HttpHeaderNames.ACCEPT)),
        headers.getAll(HttpHeaderNames.ACCEPT).stream()
            .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("application/json")),
        Preference.of(headers.getAll("prefer")),
        callback(head.single(CALLBACK_URL)));
  }

  /** Whether the response is the reply, however long it takes. */
  boolean isInline() {
    return !preference.isAsync() && callback == null;
  }

  private static Map<String, String> metadata(HttpHeaders headers) {
    Map<String, String> metadata = new LinkedHashMap<>();
    headers.forEach(
        header -> {
          String name = header.getKey().toLowerCase(Locale.ROOT);
          if (!NOT_FOR_HANDLERS.contains(name)
              && !FAMILIES_NOT_FOR_HANDLERS.matcher(name).matches()) {
            // RFC 9110, section 5.3.
            metadata.merge(name, header.getValue(), (first, next) -> first + ", " + next);
          }
        });
    return metadata;
  }

  private static @Nullable Duration timeout(@Nullable String text) throws Refusal {
    if (text == null) {
      return null;
    }
    Matcher matcher = TIMEOUT.matcher(text.strip());
    if (!matcher.matches()) {
      throw Failures.invalid("Agent-Timeout is a time as 250ms, 5s or 2m");
    }
    ChronoUnit unit =
        switch (matcher.group(2)) {
          case "ms" -> ChronoUnit.MILLIS;
          case "s" -> ChronoUnit.SECONDS;
          case "m" -> ChronoUnit.MINUTES;
          default -> ChronoUnit.HOURS;
        };
    return Duration.of(Integer.parseInt(matcher.group(1)), unit);
  }

  private static @Nullable URI callback(@Nullable String text) throws Refusal {
    if (text == null) {
      return null;
    }
    try {
      return URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw Failures.invalid("Callback-Url is not a URL");
    }
  }
}
