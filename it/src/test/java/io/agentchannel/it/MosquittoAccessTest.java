package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The access rules of {@code docs/mqtt.md}, in the broker that they are written for. */
@Timeout(60)
@EnabledIf(value = "isInstalled", disabledReason = "there is no mosquitto on the PATH")
class MosquittoAccessTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Topic<String> NEWS = Topic.of("news", String.class);
  private static final Pattern RULES =
      Pattern.compile("```\n(user librarian\n.*?)```", Pattern.DOTALL);

  static boolean isInstalled() {
    return Mosquitto.isInstalled();
  }

  /** Those of the guide, for this librarian, and for a caller what the guide gives a librarian. */
  private static String rules(String librarian, String caller) throws IOException {
    Matcher found = RULES.matcher(Files.readString(Path.of("..", "docs", "mqtt.md")));
    assertThat(found.find()).isTrue();
    String[] users = found.group(1).split("\n\n");
    assertThat(users).hasSize(2);
    String callers =
        users[0].replace("did:key:z6MkLibrarian", caller).replace("librarian", "caller");
    return String.join(
        "\n\n", users[0].replace("did:key:z6MkLibrarian", librarian), users[1], callers);
  }

  private static AgentBuilder agent(Path folder, String name) {
    return Agent.builder(
            AgentConfig.of(
                Map.of(
                    "name",
                    name,
                    "identity",
                    folder.resolve(name + ".pem").toString(),
                    "trust.policy",
                    "open",
                    "guests",
                    "broker",
                    "events.public",
                    List.of("news"),
                    "mqtt.user",
                    name)))
        .topic(NEWS)
        .drain(Duration.ofMillis(100));
  }

  private static String idOf(Path folder, String name) {
    try (Agent agent = agent(folder, name).start()) {
      return agent.id().toString();
    }
  }

  @Test
  void agentsAndGuestsNeedNoMoreThanTheyAreGivenAndGetNoMore(@TempDir Path folder)
      throws Exception {
    String librarianId = idOf(folder, "librarian");
    String callerId = idOf(folder, "caller");
    Path rules = Files.writeString(folder.resolve("rules"), rules(librarianId, callerId));
    try (Mosquitto broker = Mosquitto.start(folder, "acl_file " + rules);
        Agent librarian =
            agent(folder, "librarian")
                .listen(broker.uri())
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = agent(folder, "caller").start()) {
      String endpoint = librarian.endpoints().get(0).toString();
      Mqtt5BlockingClient spy = connect("caller", broker.port());
      try (Mqtt5Publishes heard = spy.publishes(MqttGlobalPublishFilter.ALL)) {
        String own = "agentchannel/v1/agents/" + callerId + "/hello";
        spy.subscribeWith().topicFilter(own).send();
        spy.subscribeWith().topicFilter("agentchannel/v1/agents/" + librarianId + "/#").send();
        assertThat(caller.channel(endpoint).request(ECHO, "x")).isEqualTo("x");
        publish(spy, own);

        // The packets of others went by without a word.
        assertThat(next(heard)).isEqualTo(own);
        assertRefused(spy, "agentchannel/v1/agents/librarian/card");
        assertRefused(spy, "agentchannel/v1/events/librarian/news");
      } finally {
        spy.disconnect();
      }
      checkGuest(broker.port(), librarian, librarianId);
    }
  }

  private static void checkGuest(int port, Agent librarian, String librarianId) throws Exception {
    Mqtt5BlockingClient guest = connect("guest", port);
    try (Mqtt5Publishes heard = guest.publishes(MqttGlobalPublishFilter.ALL)) {
      String replies = "agentchannel/v1/reply/guest/1";
      guest.subscribeWith().topicFilter(replies).send();
      guest
          .publishWith()
          .topic("agentchannel/v1/agents/librarian/request/echo")
          .qos(MqttQos.AT_LEAST_ONCE)
          .responseTopic(replies)
          .payload("\"hello\"".getBytes(StandardCharsets.UTF_8))
          .send();
      assertThat(next(heard)).isEqualTo(replies);

      guest.subscribeWith().topicFilter("agentchannel/v1/events/#").send();
      librarian.publish(NEWS, "today");
      assertThat(next(heard)).isEqualTo("agentchannel/v1/events/librarian/news");
      assertRefused(guest, "agentchannel/v1/agents/" + librarianId + "/hello");
      assertRefused(guest, "agentchannel/v1/events/librarian/news");
      assertRefused(guest, "agentchannel/v1/agents/librarian/card");
    } finally {
      guest.disconnect();
    }
  }

  private static String next(Mqtt5Publishes heard) throws InterruptedException {
    return heard.receive(10, TimeUnit.SECONDS).orElseThrow().getTopic().toString();
  }

  private static void publish(Mqtt5BlockingClient client, String topic) {
    client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
  }

  private static void assertRefused(Mqtt5BlockingClient client, String topic) {
    assertThatThrownBy(() -> publish(client, topic)).isInstanceOf(Mqtt5PubAckException.class);
  }

  private static Mqtt5BlockingClient connect(String user, int port) {
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(port)
            .simpleAuth()
            .username(user)
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    return client;
  }
}
