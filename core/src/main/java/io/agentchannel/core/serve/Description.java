package io.agentchannel.core.serve;

import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import java.util.List;

/**
 * What an agent says it serves; the reply to {@link Services#DESCRIBE}, as JSON. Adding a field
 * breaks neither side.
 *
 * @param endpoints where it says that it is reached; may be empty
 * @param operations in the order in which they were declared, without the runtime's own
 */
public record Description(
    String name,
    String id,
    List<String> endpoints,
    List<CardOperation> operations,
    List<CardTopic> topics) {

  public Description {
    endpoints = List.copyOf(endpoints);
    operations = List.copyOf(operations);
    topics = List.copyOf(topics);
  }

  /** The same of an agent that is reached there. */
  Description at(List<String> where) {
    return new Description(name, id, where, operations, topics);
  }
}
