package io.agentchannel.bench;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Where an agent can listen for others in this JVM. */
enum Loopback {
  WS("ws"),
  GRPC("grpc"),
  POLL("http+poll"),
  WEBHOOK("http+webhook"),
  MQTT("mqtt"),
  MEMORY("memory");

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final String scheme;

  Loopback(String scheme) {
    this.scheme = scheme;
  }

  /** One that is free. */
  String address() {
    return switch (this) {
      case MEMORY -> "memory://bench-" + NAMES.incrementAndGet();
      case MQTT -> MqttBroker.address().toString();
      default -> scheme + "://127.0.0.1:0";
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
