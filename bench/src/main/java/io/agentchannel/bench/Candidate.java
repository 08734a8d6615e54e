package io.agentchannel.bench;

import java.util.Arrays;
import java.util.List;

/** What can be measured, in the order of the table. */
enum Candidate {
  JAVA_WEBSOCKET("java-websocket", JavaWebSocketSubject::open),
  NETTY("netty", NettySubject::open),
  WS_DIRECT("ws-direct", () -> new DirectSubject(Loopback.WS.address())),
  WS_PLAIN("ws-plain", () -> DirectSubject.withoutSealing(Loopback.WS.address())),
  WS_DEFAULT("ws-default", () -> new DefaultSubject(Loopback.WS.address())),
  GRPC_UNARY("grpc-unary", GrpcUnarySubject::open),
  GRPC_STREAM("grpc-stream", () -> GrpcStreamSubject.open(/* direct= */ true)),
  GRPC_POOLED("grpc-pooled", () -> GrpcStreamSubject.open(/* direct= */ false)),
  GRPC_DIRECT("grpc-direct", () -> new DirectSubject(Loopback.GRPC.address())),
  GRPC_DEFAULT("grpc-default", () -> new DefaultSubject(Loopback.GRPC.address())),
  OKHTTP("okhttp", OkHttpSubject::open),
  POLL_DIRECT("poll-direct", () -> new DirectSubject(Loopback.POLL.address())),
  POLL_DEFAULT("poll-default", () -> new DefaultSubject(Loopback.POLL.address())),
  WEBHOOK_DIRECT("webhook-direct", () -> new DirectSubject(Loopback.WEBHOOK.address())),
  WEBHOOK_DEFAULT("webhook-default", () -> new DefaultSubject(Loopback.WEBHOOK.address())),
  MQTT("mqtt", MqttSubject::open),
  MQTT_DIRECT("mqtt-direct", () -> new DirectSubject(Loopback.MQTT.address())),
  MQTT_DEFAULT("mqtt-default", () -> new DefaultSubject(Loopback.MQTT.address())),
  MEMORY_DIRECT("memory-direct", () -> new DirectSubject(Loopback.MEMORY.address())),
  MEMORY_PLAIN("memory-plain", () -> DirectSubject.withoutSealing(Loopback.MEMORY.address())),
  MEMORY_DEFAULT("memory-default", () -> new DefaultSubject(Loopback.MEMORY.address()));

  /** Makes the two ends. */
  interface Factory {
    Subject open() throws Exception;
  }

  private final String text;
  private final Factory factory;

  Candidate(String text, Factory factory) {
    this.text = text;
    this.factory = factory;
  }

  /**
   * @throws IllegalArgumentException if there is none
   */
  static List<Candidate> startingWith(String prefix) {
    List<Candidate> found =
        Arrays.stream(values()).filter(candidate -> candidate.text.startsWith(prefix)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing here begins with '" + prefix + "': there are " + Arrays.toString(values()));
    }
    return found;
  }

  Subject open() {
    try {
      return factory.open();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while opening " + text, e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot open " + text, e);
    }
  }

  boolean isMqtt() {
    return text.startsWith("mqtt");
  }

  @Override
  public String toString() {
    return text;
  }
}
