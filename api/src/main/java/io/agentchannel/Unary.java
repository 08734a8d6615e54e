package io.agentchannel;

import java.lang.reflect.Type;

/** One request, one reply. Made by {@link Operation}; see there for names and rules. */
public record Unary<Q, R>(String name, Type requestType, Type responseType, boolean isIdempotent)
    implements Operation<Q, R> {

  public Unary {
    Names.requireName("operation", name);
  }

  /** The same operation, declared to be as good run twice as once. */
  public Unary<Q, R> idempotent() {
    return new Unary<>(name, requestType, responseType, true);
  }
}
