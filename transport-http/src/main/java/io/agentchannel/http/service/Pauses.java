package io.agentchannel.http.service;

import io.agentchannel.http.internal.okhttp.RetryAfter;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** When, and where, to ask again. */
final class Pauses {
  static final long SHORTEST_MILLIS = 250;
  static final long LONGEST_MILLIS = 5_000;

  /** A service that says more than this is asked sooner all the same. */
  private static final long MOST_MILLIS = Duration.ofHours(1).toMillis();

  private Pauses() {}

  /** What the response says, or else the given pause. */
  static long retryAfterMillis(@Nullable Response response, long otherwise) {
    return response == null
        ? otherwise
        : Math.min(MOST_MILLIS, RetryAfter.millis(response, otherwise));
  }

  /** Where the response sends us, or null if nowhere. */
  static @Nullable HttpUrl location(Response response) {
    String location = response.header("Location");
    return location == null ? null : response.request().url().resolve(location);
  }

  static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
    return one.scheme().equals(other.scheme())
        && one.host().equals(other.host())
        && one.port() == other.port();
  }

  /** Whether the next answer may well be another: the server's trouble, or ours of asking often. */
  static boolean isPassing(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }
}
