package io.agentchannel;

import java.lang.reflect.Type;

/** One request and no reply. Made by {@link Operation}; see there for names and rules. */
public record OneWay<Q>(String name, Type requestType, boolean isIdempotent)
    implements Operation<Q, Void> {

  public OneWay {
    Names.requireName("operation", name);
  }

  @Override
  public Type responseType() {
    return Void.class;
  }

  /** The same operation, declared to be as good run twice as once. */
  public OneWay<Q> idempotent() {
    return new OneWay<>(name, requestType, true);
  }
}
