package io.agentchannel.http.internal;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be configured.
 *
 * @param connectTimeout for an outgoing link from its beginning until it is made
 * @param longPoll for how long a request for a batch waits for one
 * @param interval the longest pause between two requests where long ones are cut
 * @param answerTimeout after which a request that should have been answered is repeated
 * @param patience how long a link that cannot reach its peer is kept
 * @param maxLinks of peers that polling and webhooks have made here
 * @param allowPrivate whether callbacks may be at addresses that are not public
 * @param callback what the URLs begin with at which others call back; null: found out
 * @param callbackListen {@code host:port} to listen at for callbacks; null: found out
 */
public record Settings(
    Duration connectTimeout,
    Duration longPoll,
    Duration interval,
    Duration answerTimeout,
    Duration patience,
    int maxLinks,
    boolean allowPrivate,
    @Nullable String callback,
    @Nullable String callbackListen) {
  private static final String CONNECT_TIMEOUT = "http.connectTimeout";
  private static final String LONG_POLL = "http.longPoll";
  private static final String INTERVAL = "http.interval";
  private static final String ANSWER_TIMEOUT = "http.answerTimeout";
  private static final String PATIENCE = "http.patience";
  private static final String MAX_LINKS = "http.maxLinks";
  private static final String ALLOW_PRIVATE = "webhook.allow-private";
  private static final String CALLBACK = "webhook.callback";
  private static final String CALLBACK_LISTEN = "webhook.listen";
  private static final String POLL = "poll=";

  /** All keys. */
  public static final Set<String> KEYS =
      Set.of(
          CONNECT_TIMEOUT,
          LONG_POLL,
          INTERVAL,
          ANSWER_TIMEOUT,
          PATIENCE,
          MAX_LINKS,
          ALLOW_PRIVATE,
          CALLBACK,
          CALLBACK_LISTEN);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, naming the key
   */
  public static Settings of(Options options) {
    return new Settings(
        options.duration(CONNECT_TIMEOUT, Duration.ofSeconds(10)),
        // Below the minute after which many proxies cut.
        options.duration(LONG_POLL, Duration.ofSeconds(45)),
        options.duration(INTERVAL, Duration.ofSeconds(5)),
        options.duration(ANSWER_TIMEOUT, Duration.ofSeconds(5)),
        options.duration(PATIENCE, Duration.ofSeconds(3)),
        options.number(MAX_LINKS, 16_384),
        options.flag(ALLOW_PRIVATE, false),
        options.text(CALLBACK),
        options.text(CALLBACK_LISTEN));
  }

  /** The longest pause for an endpoint that asks for intervals by {@code poll=…}, else null. */
  public @Nullable Duration interval(Endpoint endpoint) {
    String query = endpoint.uri().getRawQuery();
    if (query == null) {
      return null;
    }
    for (String parameter : query.split("&", -1)) {
      if (parameter.startsWith(POLL)) {
        String value = parameter.substring(POLL.length());
        return value.equals("interval") ? interval : duration(value);
      }
    }
    return null;
  }

  private static Duration duration(String text) {
    try {
      Duration duration =
          text.endsWith("ms")
              ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
              : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (duration.isNegative() || duration.isZero()) {
        throw new NumberFormatException();
      }
      return duration;
    } catch (DateTimeParseException | NumberFormatException unreadable) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "poll: must be interval or a time such as 2s, not " + OneLine.of(text));
    }
  }
}
