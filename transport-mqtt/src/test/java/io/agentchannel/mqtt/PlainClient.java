package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the broker that knows nothing of agents: what a user of plain MQTT 5 has. */
final class PlainClient implements AutoCloseable {
  private final Mqtt5BlockingClient client;
  private final BlockingQueue<Mqtt5Publish> received = new LinkedBlockingQueue<>();

  private PlainClient(int port) throws InterruptedException {
    client = Brokers.connectPatiently(() -> unconnected(port)).toBlocking();
  }

  private Mqtt5AsyncClient unconnected(int port) {
    Mqtt5AsyncClient made =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(UUID.randomUUID().toString())
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildAsync();
    made.publishes(MqttGlobalPublishFilter.ALL, received::add);
    return made;
  }

  static PlainClient at(int port) throws InterruptedException {
    return new PlainClient(port);
  }

  PlainClient listeningAt(String filter) {
    client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    return this;
  }

  void send(Mqtt5Publish message) {
    client.publish(message);
  }

  /** Sends it where the broker takes it. */
  void tryToSend(Mqtt5Publish message) {
    try {
      client.publish(message);
    } catch (Mqtt5PubAckException refused) {
      // A broker that sorts it out does no harm to the test.
    }
  }

  /** The next message, or a failure after a time that only a hang exceeds. */
  Mqtt5Publish next() throws InterruptedException {
    Mqtt5Publish message = received.poll(10, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return message;
  }

  /** All that comes until the one that says that it is the last. */
  List<Mqtt5Publish> replies() throws InterruptedException {
    List<Mqtt5Publish> all = new ArrayList<>();
    do {
      all.add(next());
    } while (!"true".equals(property(all.get(all.size() - 1), "last")));
    return all;
  }

  boolean hasMore() {
    return !received.isEmpty();
  }

  static String text(Mqtt5Publish message) {
    return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  static String property(Mqtt5Publish message, String name) {
    for (Mqtt5UserProperty property : message.getUserProperties().asList()) {
      if (property.getName().toString().equals(name)) {
        return property.getValue().toString();
      }
    }
    return null;
  }

  @Override
  public void close() {
    client.disconnect();
  }
}
