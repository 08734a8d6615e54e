package io.agentchannel;

import java.lang.reflect.Type;

/**
 * A named stream of events that an agent publishes to whoever subscribes. Names follow the rule of
 * {@link Operation}. Immutable.
 */
public record Topic<T>(String name, Type eventType) {

  public Topic {
    Names.requireName("topic", name);
  }

  public static <T> Topic<T> of(String name, Class<T> event) {
    return new Topic<>(name, event);
  }

  public static <T> Topic<T> of(String name, TypeRef<T> event) {
    return new Topic<>(name, event.type());
  }
}
