package io.agentchannel.core.serve;

import io.agentchannel.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    List<DescribedOperation> operations,
    List<DescribedTopic> topics) {

  public Description {
    endpoints = List.copyOf(endpoints);
    operations = List.copyOf(operations);
    topics = List.copyOf(topics);
  }

  /** The same of an agent that is reached there. */
  Description at(List<String> where) {
    return new Description(name, id, where, operations, topics);
  }

  /**
   * One operation.
   *
   * @param request the shape of what a caller sends, an example in the codec's own format
   * @param reply the shape of each reply, or null for one-way
   */
  public record DescribedOperation(
      String name, Call.Kind kind, boolean idempotent, String request, @Nullable String reply) {}

  /** One topic and the shape of its events. */
  public record DescribedTopic(String name, String event) {}
}
