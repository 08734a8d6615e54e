package io.agentchannel;

import java.lang.reflect.Type;

/**
 * Messages both ways. Made by {@link Operation}; see there for names and rules. A conversation is
 * never idempotent: what has been said on one instance cannot be said again on another.
 */
public record Duplex<Q, R>(String name, Type requestType, Type responseType)
    implements Operation<Q, R> {

  public Duplex {
    Names.requireName("operation", name);
  }

  @Override
  public boolean isIdempotent() {
    return false;
  }
}
