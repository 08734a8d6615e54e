package io.agentchannel.http.webhook;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks, with several keys while one takes another's place, and knows those that it has
 * verified before. Thread-safe.
 *
 * <p>It remembers ids for as long as a repetition could be in time, in bounded memory: when that is
 * full of such ids, further webhooks are refused, and their senders try again later.
 */
public final class WebhookVerifier {
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final int MOST_IDS = 100_000;
  private static final int MOST_SIGNATURES = 16;
  private static final int LONGEST_ID = 256;

  private final List<WebhookKey> keys;
  private final Clock clock;
  private final long tolerance;
  private final int mostIds;
  private final ReentrantLock lock = new ReentrantLock();

  /** When each was seen, the oldest first. */
  private final Map<String, Long> seen = new LinkedHashMap<>();

  /** Takes what is at most five minutes old, or early. */
  public WebhookVerifier(List<WebhookKey> keys) {
    this(keys, Clock.systemUTC(), TOLERANCE, MOST_IDS);
  }

  WebhookVerifier(List<WebhookKey> keys, Clock clock, Duration tolerance, int mostIds) {
    this.keys = List.copyOf(keys);
    this.clock = clock;
    this.tolerance = tolerance.toSeconds();
    this.mostIds = mostIds;
    if (keys.isEmpty() || !keys.stream().allMatch(WebhookKey::canVerify)) {
      throw new IllegalArgumentException("webhooks are verified with secrets and public keys");
    }
  }

  /**
   * Looks at one delivery: the values of its three headers, or null where one is missing, and its
   * body as it came.
   *
   * @return false if it has been here before: then it is to be answered like the first time, with
   *     nothing else done
   * @throws AgentException {@link Code#UNAUTHENTICATED} if it is not authentic or not in time,
   *     {@link Code#RESOURCE_EXHAUSTED} if there is no room to remember it
   */
  public boolean verify(
      @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body) {
    authenticate(id, timestamp, signatures, body);
    return remember(String.valueOf(id));
  }

  /**
   * The same without remembering the delivery, for receivers that know by other means which they
   * have seen.
   *
   * @throws AgentException {@link Code#UNAUTHENTICATED} if it is not authentic or not in time
   */
  public void authenticate(
      @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body) {
    if (id == null || timestamp == null || signatures == null) {
      throw refusal("the webhook is not signed");
    }
    if (id.isEmpty() || id.length() > LONGEST_ID) {
      throw refusal("the webhook's id is not one");
    }
    long at = seconds(timestamp);
    long now = clock.instant().getEpochSecond();
    if (Math.abs(now - at) > tolerance) {
      throw refusal("the webhook's time is too far from ours");
    }
    if (!isSigned(id, at, body, signatures)) {
      throw refusal("the webhook's signature is wrong");
    }
  }

  private static long seconds(String timestamp) {
    try {
      long seconds = Long.parseLong(timestamp);
      if (seconds >= 0 && seconds < Long.MAX_VALUE / 2) {
        return seconds;
      }
    } catch (NumberFormatException unreadable) {
      // Refused below.
    }
    throw refusal("the webhook's time is not a number");
  }

  private boolean isSigned(String id, long at, byte[] body, String signatures) {
    String[] each = signatures.split(" ", MOST_SIGNATURES + 1);
    for (int i = 0; i < Math.min(each.length, MOST_SIGNATURES); i++) {
      for (WebhookKey key : keys) {
        if (key.verifies(id, at, body, each[i])) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean remember(String id) {
    long now = clock.instant().getEpochSecond();
    lock.lock();
    try {
      // What is twice the tolerance old is refused by its time, however early it was.
      Iterator<Long> oldest = seen.values().iterator();
      while (oldest.hasNext() && now - oldest.next() > 2 * tolerance) {
        oldest.remove();
      }
      if (seen.containsKey(id)) {
        return false;
      }
      if (seen.size() >= mostIds) {
        throw new AgentException(
            Code.RESOURCE_EXHAUSTED, Outcome.NOT_SENT, "too many webhooks at once");
      }
      seen.put(id, now);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The delivery with this id has come to nothing here: a repetition is as good as new. */
  public void forget(String id) {
    lock.lock();
    try {
      seen.remove(id);
    } finally {
      lock.unlock();
    }
  }

  private static AgentException refusal(String why) {
    return new AgentException(Code.UNAUTHENTICATED, Outcome.NOT_SENT, why);
  }
}
