package io.agentchannel.it;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Clients that know nothing of agents. */
final class MqttClients {
  private MqttClients() {}

  /**
   * The light broker drops a client now and then that subscribes right after it was accepted, and
   * the client library forgets what it was asked for then: one that has subscribed to something is
   * past that.
   */
  static Mqtt5BlockingClient connect(int port) throws InterruptedException {
    while (true) {
      Mqtt5AsyncClient client =
          MqttClient.builder()
              .useMqttVersion5()
              .identifier(UUID.randomUUID().toString())
              .serverHost("127.0.0.1")
              .serverPort(port)
              .buildAsync();
      try {
        client.connect().get(5, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter("warm/up").send().get(1, TimeUnit.SECONDS);
        return client.toBlocking();
      } catch (ExecutionException | TimeoutException dropped) {
        client.disconnect().handle((done, alreadyGone) -> null).join();
      }
    }
  }
}
