package io.agentchannel;

import java.lang.reflect.Type;

/**
 * One request, a stream of replies in order. Made by {@link Operation}; see there for names and
 * rules.
 */
public record Streaming<Q, R>(
    String name, Type requestType, Type responseType, boolean isIdempotent)
    implements Operation<Q, R> {

  public Streaming {
    Names.requireName("operation", name);
  }

  /** The same operation, declared to be as good run twice as once. */
  public Streaming<Q, R> idempotent() {
    return new Streaming<>(name, requestType, responseType, true);
  }
}
