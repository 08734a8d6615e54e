package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.testkit.TcpProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was left at a broker under an agent's client id is none of that agent's. */
@Timeout(60)
class CleanStartTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  private static BrokerWatch watch;
  private static HiveMqBroker broker;

  @BeforeAll
  static void startBroker(@TempDir Path folder) throws Exception {
    watch = new BrokerWatch();
    broker = HiveMqBroker.start(folder, watch);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  private static Agent library(String uri) {
    return Agent.builder(
            AgentConfig.of(
                Map.of(
                    "name", "library",
                    "identity", "ephemeral",
                    "trust.policy", "open",
                    "drain", "100ms",
                    "reconnect.max", "100ms")))
        .listen(uri)
        .serve(ECHO, (text, call) -> text)
        .start();
  }

  private static Mqtt5BlockingClient client(String id) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(id)
        .serverHost("127.0.0.1")
        .serverPort(broker.port())
        .buildBlocking();
  }

  /** Leaves one that outlives its connection. */
  private static void leaveSession(String id, List<String> filters) {
    Mqtt5BlockingClient impostor = client(id);
    impostor.connectWith().cleanStart(false).sessionExpiryInterval(3600).send();
    filters.forEach(
        filter -> impostor.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send());
    impostor.disconnect();
  }

  private static void publish(String topic, String text) {
    Mqtt5BlockingClient publisher = client("publisher");
    publisher.connect();
    publisher
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(text.getBytes(StandardCharsets.UTF_8))
        .send();
    publisher.disconnect();
  }

  @Test
  void nothingThatWasLeftUnderItsNameIsTakenUp() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(URI.create(broker.uri()));
        Agent library = library(proxy.through(URI.create(broker.uri())).toString());
        Agent caller =
            Agent.start(
                AgentConfig.of(
                    Map.of("name", "caller", "identity", "ephemeral", "drain", "100ms")))) {
      String hello = "agentchannel/v1/agents/" + library.id() + "/hello";
      String id = watch.subscriberOf(hello);
      Set<String> own = watch.filters(id);
      assertThat(own).hasSize(2).contains(hello);
      proxy.refuse();
      proxy.cut();
      await().until(() -> watch.filters(id).isEmpty());
      List<String> left = List.of("stale/#", "agentchannel/v1/agents/" + library.id() + "/#");
      leaveSession(id, left);
      for (String topic : own) {
        publish(topic, "left");
      }
      publish("stale/topic", "left");
      assertThat(watch.filters(id)).hasSameElementsAs(left);

      proxy.accept();
      await().until(() -> watch.filters(id).equals(own));
      publish("stale/topic", "not subscribed to");
      String endpoint = broker.uri() + "/" + library.id();
      assertThat(caller.channel(endpoint).request(ECHO, "fresh")).isEqualTo("fresh");

      assertThat(watch.delivered(id)).doesNotContain("left", "not subscribed to").isNotEmpty();
    }
  }

  /** Else the test above would see nothing, whatever an agent does. */
  @Test
  void whatWasLeftIsThereForWhoeverWantsIt() throws Exception {
    leaveSession("somebody", List.of("stale/#"));
    publish("stale/topic", "left");
    Mqtt5BlockingClient again = client("somebody");
    again.connectWith().cleanStart(false).sessionExpiryInterval(0).send();

    await().until(() -> watch.delivered("somebody").equals(List.of("left")));
    again.disconnect();
  }
}
