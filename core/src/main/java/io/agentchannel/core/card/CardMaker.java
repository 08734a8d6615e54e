package io.agentchannel.core.card;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import io.agentchannel.core.security.IdentityKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs an agent's card when somebody asks for it, and again when it says something else or half of
 * its time is over. Thread-safe.
 */
public final class CardMaker {
  private static final Duration LIFE = Duration.ofHours(24);

  private final IdentityKey key;
  private final String name;
  private final List<CardOperation> operations;
  private final List<CardTopic> topics;
  private final Supplier<List<String>> endpoints;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Made last;

  private record Made(List<String> endpoints, Instant renewal, long sequence, byte[] json) {}

  /**
   * @param endpoints where the agent says that it is reached, asked each time
   */
  public CardMaker(
      IdentityKey key,
      String name,
      List<CardOperation> operations,
      List<CardTopic> topics,
      Supplier<List<String>> endpoints,
      Clock clock) {
    this.key = key;
    this.name = name;
    this.operations = List.copyOf(operations);
    this.topics = List.copyOf(topics);
    this.endpoints = endpoints;
    this.clock = clock;
  }

  /** The card as it holds now, signed: JSON. A copy. */
  public byte[] card() {
    List<String> said = List.copyOf(endpoints.get());
    lock.lock();
    try {
      Instant now = clock.instant();
      Made made = last;
      if (made == null || !made.endpoints().equals(said) || !now.isBefore(made.renewal())) {
        made = make(said, now, made == null ? 0 : made.sequence() + 1);
        last = made;
      }
      return made.json().clone();
    } finally {
      lock.unlock();
    }
  }

  private Made make(List<String> said, Instant now, long leastSequence) {
    long sequence = Math.max(now.toEpochMilli(), leastSequence);
    ObjectNode card = SignedJson.MAPPER.createObjectNode();
    card.put("id", key.id().toString()).put("name", name);
    said.forEach(card.putArray("endpoints")::add);
    card.set("operations", SignedJson.MAPPER.valueToTree(operations));
    card.set("topics", SignedJson.MAPPER.valueToTree(topics));
    card.put("sequence", sequence).put("expires", now.plus(LIFE).toString());
    return new Made(said, now.plus(LIFE.dividedBy(2)), sequence, SignedJson.sign(card, key));
  }
}
