package io.agentchannel.http.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Signs webhooks, with several keys while one takes another's place. Immutable, thread-safe. */
public final class WebhookSigner {
  public static final String ID = "webhook-id";
  public static final String TIMESTAMP = "webhook-timestamp";
  public static final String SIGNATURE = "webhook-signature";

  private final List<WebhookKey> keys;

  /**
   * @throws IllegalArgumentException if there is none, or one that does not sign
   */
  public WebhookSigner(List<WebhookKey> keys) {
    this.keys = List.copyOf(keys);
    if (keys.isEmpty() || !keys.stream().allMatch(WebhookKey::canSign)) {
      throw new IllegalArgumentException("webhooks are signed with secrets and private keys");
    }
  }

  /**
   * The three headers.
   *
   * @param id the same for every attempt at one delivery; without dots
   * @param at when this attempt is made
   */
  public Map<String, String> headers(String id, Instant at, byte[] body) {
    if (id.isEmpty() || id.indexOf('.') >= 0) {
      throw new IllegalArgumentException("an id is not empty and has no dots");
    }
    long timestamp = at.getEpochSecond();
    return Map.of(
        ID,
        id,
        TIMESTAMP,
        Long.toString(timestamp),
        SIGNATURE,
        keys.stream().map(key -> key.sign(id, timestamp, body)).collect(Collectors.joining(" ")));
  }
}
