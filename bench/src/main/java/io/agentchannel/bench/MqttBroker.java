package io.agentchannel.bench;

import io.agentchannel.broker.LightBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/**
 * The broker that all MQTT candidates share: the one that {@code -Dbench.mqtt=mqtt://host:port}
 * names, or else a light one in this JVM. {@code -Dbench.mqtt.qos} is 1 or 0 for all of them.
 */
final class MqttBroker {
  static final int QOS = Integer.getInteger("bench.mqtt.qos", 1);

  private MqttBroker() {}

  /** Starts the light one when it is asked for first. */
  private static final class Found {
    static final URI ADDRESS = find();
  }

  private static URI find() {
    String given = System.getProperty("bench.mqtt");
    if (given != null) {
      return URI.create(given);
    }
    try {
      // For as long as the process lives.
      return URI.create(LightBroker.start("127.0.0.1", 0).uri());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asked for before anything else uses Netty, so that the light one has the room it needs. */
  static URI address() {
    return Found.ADDRESS;
  }
}
