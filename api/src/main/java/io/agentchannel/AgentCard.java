package io.agentchannel;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of itself, signed by its key. Immutable.
 *
 * @param name what it calls itself
 * @param endpoints where it says that it is reached; may be empty
 * @param operations in the order in which they were declared
 * @param sequence milliseconds since 1970 when it was signed; of two cards of an agent the one with
 *     the higher number holds
 * @param expires when it is good no longer
 * @param signedJson the card as the agent has signed it, JSON, for whoever wants to keep it or to
 *     verify it
 */
public record AgentCard(
    AgentId id,
    String name,
    List<String> endpoints,
    List<CardOperation> operations,
    List<CardTopic> topics,
    long sequence,
    Instant expires,
    String signedJson) {

  public AgentCard {
    endpoints = List.copyOf(endpoints);
    operations = List.copyOf(operations);
    topics = List.copyOf(topics);
  }

  /**
   * One operation.
   *
   * @param request the shape of what a caller sends, an example in the codec's own format
   * @param reply the shape of each reply, or null for one-way
   */
  public record CardOperation(
      String name, Call.Kind kind, boolean idempotent, String request, @Nullable String reply) {}

  /** One topic and the shape of its events. */
  public record CardTopic(String name, String event) {}
}
