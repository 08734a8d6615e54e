package io.agentchannel.mqtt;

import static io.agentchannel.mqtt.PlainClient.property;
import static io.agentchannel.mqtt.PlainClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.contract.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plain MQTT 5 client calls an agent by Response Topic and Correlation Data. */
@Timeout(30)
class GuestsTest {
  record Question(String text) {}

  record Answer(String text) {}

  private static final Unary<Question, Answer> ASK =
      Operation.unary("ask", Question.class, Answer.class);
  private static final Streaming<Question, Answer> CHAT =
      Operation.streaming("chat", Question.class, Answer.class);
  private static final OneWay<Question> NOTE = Operation.oneWay("note", Question.class);

  private static LightBroker broker;

  private final String root = Brokers.ownRoot();
  private final String replies = root + "/reply/somebody";
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
  private final CompletableFuture<CallContext> seen = new CompletableFuture<>();
  private LeakCheck leaks;
  private PlainClient client;
  private Agent agent;

  @BeforeAll
  static void startBroker() {
    broker = Brokers.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void connect() throws InterruptedException {
    client = PlainClient.at(broker.port()).listeningAt(replies);
    leaks = LeakCheck.begin();
  }

  @AfterEach
  void close() {
    if (agent != null) {
      agent.close();
    }
    leaks.assertNothingLeft();
    client.close();
  }

  private void serve(Map<String, Object> config) {
    agent = agent("librarian", config, this::services).start();
  }

  private AgentBuilder agent(
      String name, Map<String, Object> config, UnaryOperator<AgentBuilder> services) {
    Map<String, Object> all = new HashMap<>(config);
    all.put("name", name);
    all.put("identity", "ephemeral");
    all.put("mqtt.root", root);
    all.put("drain", "100ms");
    return services.apply(Agent.builder(AgentConfig.of(all)).listen(broker.uri()));
  }

  private AgentBuilder services(AgentBuilder builder) {
    return builder
        .serve(
            ASK,
            (question, call) -> {
              seen.complete(call);
              if (question.text().equals("fail")) {
                throw AgentException.application("not today");
              }
              return new Answer(question.text() + "!");
            })
        .serveStream(
            CHAT,
            (question, out, call) -> {
              call.onCancel(cancelled::countDown);
              int count = Integer.parseInt(question.text());
              for (int i = 0; i < count; i++) {
                out.send(new Answer("answer " + i));
              }
            })
        .serveOneWay(NOTE, (note, call) -> notes.add(note.text()));
  }

  private Mqtt5PublishBuilder.Complete request(String operation, String body) {
    return Mqtt5Publish.builder()
        .topic(root + "/agents/librarian/request/" + operation)
        .qos(MqttQos.AT_LEAST_ONCE)
        .responseTopic(replies)
        .correlationData("c1".getBytes(StandardCharsets.UTF_8))
        .contentType("application/json")
        .payload(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aRequestIsAnsweredWithItsCorrelationData() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(request("ask", "{\"text\":\"hello\"}").build());
    Mqtt5Publish reply = client.next();

    assertThat(text(reply)).isEqualTo("{\"text\":\"hello!\"}");
    assertThat(reply.getCorrelationData())
        .contains(ByteBuffer.wrap("c1".getBytes(StandardCharsets.UTF_8)));
    assertThat(reply.getContentType().map(Object::toString)).contains("application/json");
    assertThat(property(reply, "status")).isEqualTo("OK");
    assertThat(property(reply, "last")).isEqualTo("true");
  }

  @Test
  void whoDoesNotNameAContentTypeSendsJson() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(request("ask", "{\"text\":\"hello\"}").contentType((String) null).build());

    assertThat(text(client.next())).isEqualTo("{\"text\":\"hello!\"}");
  }

  @Test
  void aStreamIsSeveralRepliesOfWhichTheLastSaysSo() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(request("chat", "{\"text\":\"100\"}").build());
    List<Mqtt5Publish> replies = client.replies();

    assertThat(replies).hasSize(101);
    for (int i = 0; i < 100; i++) {
      assertThat(text(replies.get(i))).isEqualTo("{\"text\":\"answer " + i + "\"}");
      assertThat(property(replies.get(i), "seq")).isEqualTo(String.valueOf(i + 1));
    }
    assertThat(property(replies.get(100), "status")).isEqualTo("OK");
  }

  @Test
  void errorsComeAsTheirCodesName() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(request("ask", "{\"text\":\"fail\"}").build());
    Mqtt5Publish application = client.next();
    client.send(request("nothing", "{}").build());
    Mqtt5Publish unknown = client.next();
    client.send(request("ask", "{nonsense").build());
    Mqtt5Publish malformed = client.next();

    assertThat(property(application, "status")).isEqualTo("APPLICATION");
    assertThat(property(application, "status-message")).isEqualTo("not today");
    assertThat(property(unknown, "status")).isEqualTo("UNIMPLEMENTED");
    assertThat(property(unknown, "outcome")).isEqualTo("NOT_SENT");
    assertThat(property(malformed, "status")).isEqualTo("INVALID_ARGUMENT");
    assertThat(List.of(application, unknown, malformed))
        .allSatisfy(reply -> assertThat(property(reply, "last")).isEqualTo("true"));
  }

  @Test
  void userPropertiesAreMetadataAndTheTimeoutIsKept() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(
        request("ask", "{\"text\":\"hello\"}")
            .userProperties()
            .add("Trace-Id", "t 1")
            .add("Agent-Timeout", "7s")
            .applyUserProperties()
            .build());
    client.next();

    CallContext call = seen.get(10, TimeUnit.SECONDS);
    assertThat(call.metadata()).containsExactlyEntriesOf(Map.of("trace-id", "t 1"));
    assertThat(call.peer().displayName()).contains("broker");
  }

  @Test
  void aTimeoutThatIsNoneIsRefused() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(
        request("ask", "{\"text\":\"hello\"}")
            .userProperties()
            .add("agent-timeout", "soon")
            .applyUserProperties()
            .build());

    assertThat(property(client.next(), "status")).isEqualTo("INVALID_ARGUMENT");
  }

  @Test
  void aMessageWithoutResponseTopicIsTakenAndNotAnswered() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(request("note", "{\"text\":\"n\"}").responseTopic((String) null).build());

    assertThat(notes.poll(10, TimeUnit.SECONDS)).isEqualTo("n");
    assertThat(client.hasMore()).isFalse();
  }

  @Test
  void aResponseTopicOfAnotherAgentIsRefused() throws Exception {
    serve(Map.of("guests", "broker"));
    client.listeningAt(root + "/agents/#").listeningAt(root + "/events/#");
    for (String elsewhere :
        List.of(
            root + "/agents/another/request/ask",
            root + "/agents/another/card",
            root + "/events/another/news",
            root)) {
      client.send(request("note", "{\"text\":\"bad\"}").responseTopic(elsewhere).build());
    }
    client.send(request("note", "{\"text\":\"good\"}").build());

    assertThat(notes.poll(10, TimeUnit.SECONDS)).isEqualTo("good");
    assertThat(notes).isEmpty();
    Mqtt5Publish next = client.next();
    while (!next.getTopic().toString().equals(replies)) {
      // What the client sent itself, and the agent's card.
      assertThat(property(next, "seq")).isNull();
      next = client.next();
    }
    assertThat(property(next, "status")).isEqualTo("OK");
  }

  @Test
  void aStreamEndsWhenItsClientTakesItBack() throws Exception {
    serve(Map.of("guests", "broker"));
    client.send(request("chat", "{\"text\":\"1000000000\"}").build());
    client.next();
    client.send(
        request("chat", "").userProperties().add("cancel", "true").applyUserProperties().build());

    List<Mqtt5Publish> rest = client.replies();
    assertThat(property(rest.get(rest.size() - 1), "status")).isEqualTo("CANCELLED");
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tokensAreAskedForWhereTheyAreConfigured() throws Exception {
    serve(Map.of("guests.tokens", List.of("secret-token")));
    client.send(request("ask", "{\"text\":\"hello\"}").build());
    Mqtt5Publish without = client.next();
    client.send(
        request("ask", "{\"text\":\"hello\"}")
            .userProperties()
            .add("authorization", "Bearer secret-token")
            .applyUserProperties()
            .build());
    Mqtt5Publish with = client.next();

    assertThat(property(without, "status")).isEqualTo("UNAUTHENTICATED");
    assertThat(property(with, "status")).isEqualTo("OK");
  }

  @Test
  void anAgentWithoutGuestsIsNotThereForThem() throws Exception {
    serve(Map.of());
    client.send(request("ask", "{\"text\":\"hello\"}").build());
    try (Agent open = agent("open", Map.of("guests", "broker"), this::services).start()) {
      assertThat(open.name()).isEqualTo("open");
      client.send(
          request("ask", "{\"text\":\"hello\"}")
              .topic(root + "/agents/open/request/ask")
              .correlationData("c2".getBytes(StandardCharsets.UTF_8))
              .build());

      assertThat(client.next().getCorrelationData())
          .contains(ByteBuffer.wrap("c2".getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void oneEventOfAPublicTopicReachesEverybody() throws Exception {
    Topic<Answer> news = Topic.of("news", Answer.class);
    Topic<Answer> secrets = Topic.of("secrets", Answer.class);
    serve(Map.of("events.public", List.of("news")));
    try (PlainClient another = PlainClient.at(broker.port())) {
      another.listeningAt(root + "/events/librarian/+");
      client.listeningAt(root + "/events/#");
      agent.publish(secrets, new Answer("hidden"));
      agent.publish(news, new Answer("first"));

      for (PlainClient each : List.of(client, another)) {
        Mqtt5Publish event = each.next();
        assertThat(event.getTopic()).hasToString(root + "/events/librarian/news");
        assertThat(text(event)).isEqualTo("{\"text\":\"first\"}");
        assertThat(event.getContentType().map(Object::toString)).contains("application/json");
      }
    }
  }

  @Test
  void theCardIsRetainedAndSaysWhenItsAgentHasLeft() throws Exception {
    serve(Map.of("guests", "broker"));
    await()
        .untilAsserted(
            () -> {
              try (PlainClient late = PlainClient.at(broker.port())) {
                late.listeningAt(root + "/agents/librarian/card");
                Mqtt5Publish card = late.next();
                assertThat(text(card)).contains("librarian").contains("ask").contains("chat");
                assertThat(property(card, "status")).isEqualTo("online");
              }
            });
    agent.close();

    await()
        .untilAsserted(
            () -> {
              try (PlainClient late = PlainClient.at(broker.port())) {
                late.listeningAt(root + "/agents/librarian/card");
                assertThat(property(late.next(), "status")).isEqualTo("offline");
              }
            });
  }
}
