package io.agentchannel.bench;

import java.util.concurrent.atomic.AtomicInteger;

/** Where an agent can listen for others in this JVM. */
enum Loopback {
  WS,
  MEMORY;

  private static final AtomicInteger NAMES = new AtomicInteger();

  /** One that is free. */
  String address() {
    return this == WS ? "ws://127.0.0.1:0" : "memory://bench-" + NAMES.incrementAndGet();
  }

  @Override
  public String toString() {
    return this == WS ? "ws" : "memory";
  }
}
