package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.EventSubscription;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.testkit.TcpProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Agents and plain clients need no more than the rules of {@code docs/mqtt.md} give them, and get
 * no more, in a broker that keeps to them.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccessContract {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);
  private static final Topic<String> NEWS = Topic.of("news", String.class);
  private static final String ROOT = "agentchannel/v1/";
  private static final String CARD = ROOT + "agents/librarian/card";

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private Path folder;
  private String librarianId;
  private String callerId;
  private RunningBroker broker;

  abstract RunningBroker start(Path folder, AccessRules rules) throws Exception;

  @BeforeAll
  void startBroker(@TempDir Path created) throws Exception {
    folder = created;
    librarianId = idOf("librarian");
    callerId = idOf("caller");
    broker = start(folder, new AccessRules(librarianId, callerId, idOf("reader")));
  }

  @AfterAll
  void stopBroker() throws Exception {
    broker.close();
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private <T extends AutoCloseable> T open(T made) {
    opened.push(made);
    return made;
  }

  private AgentBuilder agent(String name, Map<String, ?> more) {
    Map<String, Object> config = new HashMap<>();
    config.put("name", name);
    config.put("identity", folder.resolve(name + ".pem").toString());
    config.put("trust.policy", "open");
    config.put("guests", "broker");
    config.put("events.public", List.of("news"));
    config.put("mqtt.user", name);
    config.put("mqtt.password", AccessRules.PASSWORD);
    config.putAll(more);
    return Agent.builder(AgentConfig.of(config)).topic(NEWS).drain(Duration.ofMillis(100));
  }

  private String idOf(String name) {
    try (Agent agent = agent(name, Map.of()).start()) {
      return agent.id().toString();
    }
  }

  private Agent librarian(String uri, Map<String, ?> more) {
    return open(
        agent("librarian", more)
            .listen(uri)
            .serve(ECHO, (text, call) -> text)
            .serveStream(
                COUNT,
                (count, out, call) -> {
                  for (int i = 0; i < count; i++) {
                    out.send(i);
                  }
                })
            .start());
  }

  /** A client that knows nothing of agents, and what comes to it. */
  private final class Plain implements AutoCloseable {
    private final Mqtt5BlockingClient client;
    private final Mqtt5Publishes heard;

    Plain(String user) {
      client = unconnected(user);
      heard = client.publishes(MqttGlobalPublishFilter.ALL);
      client.connect();
    }

    Plain listeningAt(String filter) {
      client.subscribeWith().topicFilter(ROOT + filter).qos(MqttQos.AT_LEAST_ONCE).send();
      return this;
    }

    /** A broker may say no, or accept it and send nothing. */
    Plain tryingToListenAt(String filter) {
      try {
        listeningAt(filter);
      } catch (Mqtt5SubAckException refused) {
        assertThat(refused.getMqttMessage().getReasonCodes()).allMatch(code -> code.isError());
      }
      return this;
    }

    Mqtt5Publish next() throws InterruptedException {
      return heard.receive(20, TimeUnit.SECONDS).orElseThrow();
    }

    String nextTopic() throws InterruptedException {
      return next().getTopic().toString();
    }

    void publish(String topic, String text) {
      publish(Mqtt5Publish.builder().topic(ROOT + topic).payload(bytes(text)).build());
    }

    void call(String replies) {
      publish(
          Mqtt5Publish.builder()
              .topic(ROOT + "agents/librarian/request/echo")
              .responseTopic(replies)
              .payload(bytes("\"hello\""))
              .build());
    }

    /** So that the broker says what it thinks of it. */
    private void publish(Mqtt5Publish message) {
      client.publish(message.extend().qos(MqttQos.AT_LEAST_ONCE).build());
    }

    @Override
    public void close() {
      heard.close();
      // Some brokers end the connection of a client that does what it must not.
      client.toAsync().disconnect().handle((done, alreadyGone) -> null).join();
    }
  }

  private Mqtt5BlockingClient unconnected(String user) {
    return MqttClient.builder()
        .useMqttVersion5()
        .serverHost("127.0.0.1")
        .serverPort(broker.port())
        .simpleAuth()
        .username(user)
        .password(bytes(AccessRules.PASSWORD))
        .applySimpleAuth()
        .buildBlocking();
  }

  private Plain plain(String user) {
    return open(new Plain(user));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Mqtt5Publish message) {
    return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAgentAnswersCallsAndStreams(boolean hasReplicas) {
    Map<String, ?> group = hasReplicas ? Map.of("mqtt.group", "libraries") : Map.of();
    Agent librarian = librarian(broker.uri(), group);
    Agent caller = open(agent("caller", Map.of()).start());
    String endpoint = librarian.endpoints().get(0).toString();

    assertThat(caller.channel(endpoint).request(ECHO, "x")).isEqualTo("x");
    try (ReplyStream<Integer> stream = caller.channel(endpoint).stream(COUNT, 1_000)) {
      List<Integer> items = new ArrayList<>();
      stream.forEach(items::add);
      assertThat(items).hasSize(1_000);
    }
  }

  @Test
  void aPlainClientIsAnsweredWhereItMayRead() throws Exception {
    librarian(broker.uri(), Map.of());
    Plain guest = plain("guest").listeningAt("reply/guest/#");
    guest.call(ROOT + "reply/guest/1");
    Mqtt5Publish reply = guest.next();

    assertThat(reply.getTopic()).hasToString(ROOT + "reply/guest/1");
    assertThat(text(reply)).isEqualTo("hello");
  }

  /** HiveMQ ends the connection of an agent that publishes where it must not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aPlainClientCannotKeepAnAgentFromItsBroker(int qos) throws Exception {
    TcpProxy proxy = open(TcpProxy.to(URI.create(broker.uri())));
    Agent librarian =
        librarian(proxy.through(URI.create(broker.uri())).toString(), Map.of("mqtt.qos", qos));
    Agent caller = open(agent("caller", Map.of()).start());
    AgentChannel channel = caller.channel(broker.uri() + "/" + librarian.id());
    Plain guest = plain("guest").listeningAt("reply/guest/#");
    for (int i = 0; i < 5; i++) {
      guest.call("elsewhere/" + i);
      assertThat(channel.request(ECHO, "x")).isEqualTo("x");
    }

    // What a plain client asks while the agent comes back is lost.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              guest.call(ROOT + "reply/guest/1");
              return guest.heard.receive(1, TimeUnit.SECONDS).isPresent();
            });
    assertThat(proxy.connections()).isLessThanOrEqualTo(2);
  }

  @Test
  void publicEventsComeToThoseWhoMayReadThem() throws Exception {
    Agent librarian = librarian(broker.uri(), Map.of());
    Plain guest = plain("guest").listeningAt("events/#");
    BlockingQueue<String> read = new LinkedBlockingQueue<>();
    String publisher = broker.uri().replaceFirst("mqtt", "mqtt-native") + "/librarian";
    EventSubscription subscription =
        open(agent("reader", Map.of()).start()).channel(publisher).subscribe(NEWS, read::add);
    subscription.accepted().toCompletableFuture().get(20, TimeUnit.SECONDS);
    librarian.publish(NEWS, "today");

    assertThat(guest.nextTopic()).isEqualTo(ROOT + "events/librarian/news");
    assertThat(read.poll(20, TimeUnit.SECONDS)).isEqualTo("today");
  }

  @Test
  void everybodyReadsTheCardAndTheWillThatTakesItsPlace() throws Exception {
    TcpProxy lifeline = open(TcpProxy.to(URI.create(broker.uri())));
    librarian(lifeline.through(URI.create(broker.uri())).toString(), Map.of());
    List<Plain> all = List.of(plain("guest"), plain("caller"));
    for (Plain each : all) {
      awaitStatus(each.listeningAt("agents/+/card"), "online");
    }
    lifeline.refuse();
    lifeline.cut();

    for (Plain each : all) {
      awaitStatus(each, "offline");
    }
    lifeline.accept();
    for (Plain each : all) {
      awaitStatus(each, "online");
    }
  }

  /** Of the librarian; there may be cards of tests before. */
  private static void awaitStatus(Plain client, String status) throws InterruptedException {
    Mqtt5Publish card;
    do {
      card = client.next();
    } while (!card.getTopic().toString().equals(CARD) || !status(card).equals(status));
  }

  private static String status(Mqtt5Publish card) {
    return card.getUserProperties().asList().stream()
        .filter(property -> property.getName().toString().equals("status"))
        .map(property -> property.getValue().toString())
        .findFirst()
        .orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "guest"})
  void whatIsMeantForAnotherDoesNotCome(String user) throws Exception {
    Agent librarian = librarian(broker.uri(), Map.of());
    Agent another = open(agent("reader", Map.of()).start());
    String own = user.equals("caller") ? "agents/" + callerId + "/hello" : "reply/guest/1";
    Plain asker = plain("guest").listeningAt("reply/guest/2");
    Plain spy =
        plain(user)
            .listeningAt(own)
            .tryingToListenAt("agents/" + librarianId + "/#")
            .tryingToListenAt("agents/" + another.id() + "/#")
            .tryingToListenAt("agents/+/hello")
            .tryingToListenAt("agents/+/inbox/+")
            .tryingToListenAt("agents/librarian/request/+");
    if (user.equals("caller")) {
      spy.tryingToListenAt("reply/#").tryingToListenAt("events/librarian/+");
    }
    assertThat(another.channel(librarian.endpoints().get(0).toString()).request(ECHO, "x"))
        .isEqualTo("x");
    asker.call(ROOT + "reply/guest/2");
    assertThat(asker.nextTopic()).isEqualTo(ROOT + "reply/guest/2");
    librarian.publish(NEWS, "today");
    plain("librarian").publish(own, "for you");

    // All else went by without a word.
    assertThat(spy.nextTopic()).isEqualTo(ROOT + own);
  }

  @ParameterizedTest
  @CsvSource({
    "caller, agents/librarian/card",
    "caller, events/librarian/news",
    "caller, agents/librarian/request/echo",
    "guest, agents/librarian/card",
    "guest, events/librarian/news",
    "guest, agents/LIBRARIAN/hello",
    "guest, agents/LIBRARIAN/inbox/0123456789abcdef-01234",
    "guest, reply/guest/1",
    "guest, agents/another/request/echo"
  })
  void nobodySpeaksWhereOthersDo(String user, String topic) {
    Plain stranger = plain(user);

    assertThatThrownBy(() -> stranger.publish(topic.replace("LIBRARIAN", librarianId), "mine"))
        .isInstanceOf(Mqtt5PubAckException.class);
  }

  @Test
  void nobodyLeavesAWillInAnothersName() throws Exception {
    Plain watcher = plain("reader").listeningAt("agents/+/card");
    Mqtt5BlockingClient forger = unconnected("guest");
    try {
      forger
          .connectWith()
          .willPublish(Mqtt5Publish.builder().topic(CARD).payload(bytes("gone")).build())
          .send();
      forger
          .disconnectWith()
          .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
          .send();
    } catch (Mqtt5ConnAckException refused) {
      assertThat(refused.getMqttMessage().getReasonCode().isError()).isTrue();
    }
    plain("caller").publish("agents/caller/card", "here");

    Mqtt5Publish card;
    do {
      card = watcher.next();
      assertThat(text(card)).isNotEqualTo("gone");
    } while (!text(card).equals("here"));
  }
}
