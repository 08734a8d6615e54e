package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger who does not keep to the protocol ends nobody's connection but its own, whatever its
 * broker passes on.
 */
@Timeout(60)
class MalformedMessagesTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  /** More than agents let a broker send them. */
  private static final int TOO_LARGE = 2 * 1024 * 1024;

  /** Properties in hex. */
  private static final List<String> MALFORMED =
      List.of(
          "080003612f23", // a Response Topic with a wildcard
          "080000", // an empty one
          "0800016108000162", // two of them
          "0107", // a payload format that does not exist
          "0b05", // a subscription's identifier
          "0b00", // one that must not be
          "0300020061", // a content type with a NUL
          "030003eda080", // one with half of a surrogate pair
          "260002fffe000161", // a user property that is no UTF-8
          "230001", // a topic alias
          "7f"); // no property

  static boolean isMosquittoInstalled() {
    return Mosquitto.isInstalled();
  }

  @Test
  void endNoConnectionsOfAgentsAtALightBroker() throws Exception {
    try (LightBroker broker = LightBroker.start("127.0.0.1", 0)) {
      assertThat(check(broker.uri(), broker.port())).isPositive();
    }
  }

  @Test
  @EnabledIf(value = "isMosquittoInstalled", disabledReason = "there is no mosquitto on the PATH")
  void endNoConnectionsOfAgentsAtAnInstalledMosquitto(@TempDir Path folder) throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder)) {
      check(broker.uri(), broker.port());
    }
  }

  private static AgentBuilder agent(String name) {
    return Agent.builder(
        AgentConfig.of(
            Map.of(
                "name", name,
                "identity", "ephemeral",
                "trust.policy", "open",
                "drain", "100ms")));
  }

  /** How many messages the broker has passed on. */
  private static int check(String uri, int port) throws Exception {
    try (TcpProxy proxy = TcpProxy.to(URI.create(uri));
        Agent library =
            agent("library")
                .listen(proxy.through(URI.create(uri)).toString())
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = agent("caller").start()) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      Set<String> topics = inboxes(channel, port);
      topics.add("agentchannel/v1/agents/" + library.id() + "/hello");
      long connections = proxy.connections();
      int taken = 0;
      for (String topic : topics) {
        for (String properties : MALFORMED) {
          taken += publish(port, topic, properties, 3) ? 1 : 0;
        }
        publish(port, topic, "", TOO_LARGE);
        assertThat(channel.request(ECHO, topic)).isEqualTo(topic);
      }

      assertThat(proxy.connections()).isEqualTo(connections);
      assertThat(channel.explain().routes().get(0).failures()).isZero();
      return taken;
    }
  }

  private static boolean publish(int port, String topic, String properties, int payload)
      throws IOException {
    try (RawPublisher stranger = RawPublisher.at(port)) {
      return stranger.publish(topic, properties, payload);
    }
  }

  /** Of both ends of a link. */
  private static Set<String> inboxes(AgentChannel channel, int port) throws Exception {
    Mqtt5BlockingClient spy = MqttClients.connect(port);
    Set<String> topics = new TreeSet<>();
    try (Mqtt5Publishes heard = spy.publishes(MqttGlobalPublishFilter.ALL)) {
      spy.subscribeWith().topicFilter("agentchannel/v1/agents/+/inbox/+").send();
      assertThat(channel.request(ECHO, "first")).isEqualTo("first");
      while (topics.size() < 2) {
        topics.add(heard.receive(10, TimeUnit.SECONDS).orElseThrow().getTopic().toString());
      }
    } finally {
      spy.disconnect();
    }
    return topics;
  }
}
