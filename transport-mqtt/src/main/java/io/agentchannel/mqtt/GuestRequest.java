package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plain client has sent. Metadata are user properties; those that are understood here have
 * the names that they have as headers in HTTP, in any case.
 *
 * @param metadata names in lower case
 * @param token the bearer token, or null
 * @param timeout null for the agent's default
 * @param key an {@code Idempotency-Key}, or null
 * @param cancel whether it takes an earlier request back
 */
record GuestRequest(
    Payload body,
    Map<String, String> metadata,
    @Nullable String token,
    @Nullable Duration timeout,
    @Nullable String key,
    boolean cancel) {
  private static final String AUTHORIZATION = "authorization";
  private static final String TIMEOUT = "agent-timeout";
  private static final String KEY = "idempotency-key";
  private static final String CANCEL = "cancel";
  private static final String BEARER = "bearer ";
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, fit for the client
   */
  static GuestRequest of(Mqtt5Publish message) {
    Map<String, String> metadata = new HashMap<>();
    for (Mqtt5UserProperty property : message.getUserProperties().asList()) {
      // Of several with one name, which MQTT allows, the last one counts.
      metadata.put(
          property.getName().toString().toLowerCase(Locale.ROOT), property.getValue().toString());
    }
    String authorization = metadata.remove(AUTHORIZATION);
    String timeout = metadata.remove(TIMEOUT);
    String key = metadata.remove(KEY);
    String cancel = metadata.remove(CANCEL);
    return new GuestRequest(
        body(message),
        metadata,
        token(authorization),
        timeout == null ? null : time(timeout),
        key,
        "true".equals(cancel));
  }

  /** Who does not say what it sends, sends JSON, or else a text if it says as much. */
  static Payload body(Mqtt5Publish message) {
    boolean isText =
        message.getPayloadFormatIndicator().orElse(null) == Mqtt5PayloadFormatIndicator.UTF_8;
    String type =
        message
            .getContentType()
            .map(Object::toString)
            .filter(said -> !said.isEmpty())
            .orElse(isText ? Payload.TEXT : Payload.JSON);
    return Payload.of(type, ByteBuffer.wrap(message.getPayloadAsBytes()));
  }

  private static @Nullable String token(@Nullable String authorization) {
    if (authorization == null) {
      return null;
    }
    if (!authorization.regionMatches(/* ignoreCase= */ true, 0, BEARER, 0, BEARER.length())) {
      throw invalid("authorization: must be Bearer and a token");
    }
    return authorization.substring(BEARER.length()).trim();
  }

  private static Duration time(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw invalid("agent-timeout: must look like 250ms, 5s or 2m");
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  private static AgentException invalid(String why) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why);
  }
}
