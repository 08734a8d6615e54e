package io.agentchannel.mqtt;

import static io.agentchannel.mqtt.PlainClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.RouteReport;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.contract.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents get the public events of others as everybody does: from the one publish. */
@Timeout(60)
class PublicTopicsTest {
  record Item(String title) {}

  private static final Topic<Item> NEWS = Topic.of("news", Item.class);
  private static final Topic<Item> DRAFTS = Topic.of("drafts", Item.class);
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  private static LightBroker broker;

  private final String root = Brokers.ownRoot();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private LeakCheck leaks;

  @BeforeAll
  static void startBroker() {
    broker = Brokers.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void begin() {
    leaks = LeakCheck.begin();
  }

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    leaks.assertNothingLeft();
  }

  private <T extends AutoCloseable> T open(T made) {
    opened.add(made);
    return made;
  }

  private Agent agent(String name) {
    return open(TestAgents.named(name, Map.of("mqtt.root", root)).start());
  }

  private Agent publisher(String uri) {
    Map<String, Object> config = new HashMap<>();
    config.put("mqtt.root", root);
    config.put("events.public", List.of("news"));
    return open(TestAgents.named("librarian", config).listen(uri).start());
  }

  private static String topicsAt(String uri) {
    return uri.replaceFirst("mqtt:", "mqtt-native:") + "/librarian";
  }

  private String eventTopic(String topic) {
    return root + "/events/librarian/" + topic;
  }

  /** What a subscriber was told. */
  private static final class Reader implements EventHandler<Item> {
    final BlockingQueue<String> titles = new LinkedBlockingQueue<>();
    final CompletableFuture<@Nullable AgentException> closed = new CompletableFuture<>();

    @Override
    public void onEvent(Item event) {
      titles.add(event.title());
    }

    @Override
    public void onClosed(@Nullable AgentException failure) {
      closed.complete(failure);
    }

    String next() throws InterruptedException {
      String title = titles.poll(20, TimeUnit.SECONDS);
      if (title == null) {
        throw new AssertionError("nothing came within 20 s");
      }
      return title;
    }
  }

  private static EventSubscription subscribe(AgentChannel channel, Topic<Item> topic, Reader reader)
      throws Exception {
    EventSubscription made = channel.subscribe(topic, reader);
    join(made.accepted());
    return made;
  }

  private static void join(CompletionStage<?> stage) throws Exception {
    stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void onePublishReachesAgentsAndPlainClients() throws Exception {
    PlainClient everything = open(PlainClient.at(broker.port())).listeningAt(root + "/#");
    PlainClient plain = open(PlainClient.at(broker.port())).listeningAt(eventTopic("news"));
    Agent librarian = publisher(broker.uri());
    List<Reader> readers = List.of(new Reader(), new Reader());
    for (Reader reader : readers) {
      subscribe(agent("reader").channel(topicsAt(broker.uri())), NEWS, reader);
    }
    librarian.publish(NEWS, new Item("first"));
    librarian.publish(NEWS, new Item("last"));

    for (Reader reader : readers) {
      assertThat(reader.next()).isEqualTo("first");
      assertThat(reader.next()).isEqualTo("last");
    }
    assertThat(text(plain.next())).isEqualTo("{\"title\":\"first\"}");
    assertThat(text(plain.next())).isEqualTo("{\"title\":\"last\"}");
    assertThat(topicsUntil("{\"title\":\"last\"}", everything))
        .noneMatch(topic -> topic.endsWith("/hello"))
        .filteredOn(topic -> topic.startsWith(root + "/events/"))
        .containsExactly(eventTopic("news"), eventTopic("news"));
  }

  /** The topics of what came, that message's included. */
  private static List<String> topicsUntil(String last, PlainClient client) throws Exception {
    List<String> topics = new ArrayList<>();
    Mqtt5Publish message;
    do {
      message = client.next();
      topics.add(message.getTopic().toString());
    } while (!text(message).equals(last));
    return topics;
  }

  @Test
  void aTopicThatIsNotPublicNeverComes() throws Exception {
    Agent librarian = publisher(broker.uri());
    AgentChannel channel = agent("reader").channel(topicsAt(broker.uri()));
    Reader news = new Reader();
    Reader drafts = new Reader();
    subscribe(channel, DRAFTS, drafts);
    subscribe(channel, NEWS, news);
    librarian.publish(DRAFTS, new Item("hidden"));
    librarian.publish(NEWS, new Item("shown"));

    assertThat(news.next()).isEqualTo("shown");
    assertThat(drafts.titles).isEmpty();
  }

  @Test
  void subscribersOfATopicShareOneSubscriptionThatEndsWithTheLastOfThem() throws Exception {
    WatchedBroker watched = open(WatchedBroker.start());
    Agent librarian = publisher(watched.uri());
    AgentChannel channel = agent("reader").channel(topicsAt(watched.uri()));
    Reader first = new Reader();
    Reader second = new Reader();
    EventSubscription early = subscribe(channel, NEWS, first);
    EventSubscription late = subscribe(channel, NEWS, second);
    librarian.publish(NEWS, new Item("for two"));
    assertThat(first.next()).isEqualTo("for two");
    assertThat(second.next()).isEqualTo("for two");

    early.close();
    assertThat(first.closed.get(20, TimeUnit.SECONDS)).isNull();
    librarian.publish(NEWS, new Item("for one"));
    assertThat(second.next()).isEqualTo("for one");
    assertThat(first.titles).isEmpty();
    await()
        .untilAsserted(
            () ->
                assertThat(watched.notesOf(eventTopic("news")))
                    .containsExactly("+" + eventTopic("news")));

    late.close();
    await()
        .untilAsserted(
            () ->
                assertThat(watched.notesOf(eventTopic("news")))
                    .containsExactly("+" + eventTopic("news"), "-" + eventTopic("news")));
    subscribe(channel, NEWS, first);
    librarian.publish(NEWS, new Item("again"));
    assertThat(first.next()).isEqualTo("again");
  }

  @Test
  void aTopicThatTheBrokerDoesNotLetOneReadIsRefused() throws Exception {
    WatchedBroker watched = open(WatchedBroker.start());
    AgentChannel channel = agent("reader").channel(topicsAt(watched.uri()));
    Reader reader = new Reader();
    EventSubscription refused = channel.subscribe(Topic.of("secret", Item.class), reader);

    assertThatThrownBy(() -> join(refused.accepted()))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(Code.PERMISSION_DENIED);
              assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            })
        .hasMessageContaining(eventTopic("secret"))
        .hasMessageContaining("see its access rules");
    assertThat(reader.closed.get(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void subscriptionsGoOnWhenTheBrokerIsBack() throws Exception {
    LightBroker first = Brokers.startWhereOneCanReturn();
    int port = first.port();
    String uri = first.uri();
    Agent librarian = publisher(uri);
    AgentChannel channel = agent("reader").channel(topicsAt(uri));
    Reader reader = new Reader();
    subscribe(channel, NEWS, reader);
    librarian.publish(NEWS, new Item("before"));
    assertThat(reader.next()).isEqualTo("before");
    first.close();
    open(Brokers.startAt(port));

    // What is published until both are back is lost.
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              librarian.publish(NEWS, new Item("after"));
              return !reader.titles.isEmpty();
            });
    assertThat(reader.next()).isEqualTo("after");
    assertThat(reader.closed).isNotDone();
  }

  @Test
  void subscriptionsWaitForABrokerThatIsNotThereYet() throws Exception {
    LightBroker first = Brokers.startWhereOneCanReturn();
    int port = first.port();
    String uri = first.uri();
    first.close();
    AgentChannel channel = agent("reader").channel(topicsAt(uri));
    Reader reader = new Reader();
    EventSubscription made = channel.subscribe(NEWS, reader);
    await().until(() -> channel.explain().routes().get(0).state() == RouteReport.State.FAILED);
    assertThat(channel.explain().routes().get(0).lastError()).contains("is a broker running there");

    open(Brokers.startAt(port));
    join(made.accepted());
    Agent librarian = publisher(uri);
    librarian.publish(NEWS, new Item("at last"));
    assertThat(reader.next()).isEqualTo("at last");
    assertThat(channel.explain().routes().get(0).state()).isEqualTo(RouteReport.State.CONNECTED);
  }

  @Test
  void eventsThatCouldNotGoOutAreCountedWherePeopleLook() {
    LightBroker first = Brokers.startWhereOneCanReturn();
    int port = first.port();
    String uri = first.uri();
    first.close();
    Agent librarian = publisher(uri);
    for (int i = 0; i < 3; i++) {
      librarian.publish(NEWS, new Item("to nobody"));
    }
    open(Brokers.startAt(port));
    Agent reader =
        open(
            TestAgents.named("reader", Map.of("mqtt.root", root))
                .listen(uri)
                .serve(ECHO, (text, call) -> text)
                .start());
    AgentChannel channel = librarian.channel(reader.endpoints().get(0).toString());
    assertThat(channel.request(ECHO, "hello")).isEqualTo("hello");

    assertThat(channel.explain().routes().get(0).reason())
        .isEqualTo("the only route; events of public topics not published: 3");
  }

  @Test
  void anEventThatCannotBeReadEndsTheSubscriptionsThatReadIt() throws Exception {
    Agent librarian = publisher(broker.uri());
    AgentChannel channel = agent("reader").channel(topicsAt(broker.uri()));
    Reader strict = new Reader();
    BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    subscribe(channel, NEWS, strict);
    join(channel.subscribe(Topic.of("news", String.class), texts::add).accepted());
    open(PlainClient.at(broker.port())).send(event("not what it says").build());

    AgentException failure = strict.closed.get(20, TimeUnit.SECONDS);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(texts.poll(20, TimeUnit.SECONDS)).isEqualTo("not what it says");
    assertThat(librarian.name()).isEqualTo("librarian");
  }

  private Mqtt5PublishBuilder.Complete event(String text) {
    return Mqtt5Publish.builder()
        .topic(eventTopic("news"))
        .qos(MqttQos.AT_LEAST_ONCE)
        .contentType("text/plain")
        .payload(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatSomebodyHasRetainedThereIsNoEvent() throws Exception {
    Agent librarian = publisher(broker.uri());
    PlainClient stranger = open(PlainClient.at(broker.port()));
    stranger.send(event("stale").retain(true).build());
    Reader reader = new Reader();
    subscribe(agent("reader").channel(topicsAt(broker.uri())), NEWS, reader);
    librarian.publish(NEWS, new Item("fresh"));

    assertThat(reader.next()).isEqualTo("fresh");
  }

  @Test
  void anAgentReadsItsOwnTopicsOverItsOneConnection() throws Exception {
    Agent librarian = publisher(broker.uri());
    Reader reader = new Reader();
    subscribe(librarian.channel(topicsAt(broker.uri())), NEWS, reader);
    librarian.publish(NEWS, new Item("mine"));

    assertThat(reader.next()).isEqualTo("mine");
  }

  @Test
  void nothingElseIsToBeHadThere() {
    AgentChannel channel = agent("reader").channel(topicsAt(broker.uri()));

    assertThatThrownBy(() -> channel.request(ECHO, "hello"))
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(Code.UNIMPLEMENTED);
              assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            })
        .hasMessageContaining("only public topics")
        .hasMessageContaining(broker.uri() + "/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/a/b"})
  void anEndpointNamesTheAgentWhoseTopicsAreMeant(String path) {
    Agent reader = agent("reader");
    String endpoint = broker.uri().replaceFirst("mqtt:", "mqtt-native:") + path;

    assertThatThrownBy(
            () ->
                reader
                    .channel(endpoint)
                    .subscribe(NEWS, new Reader())
                    .accepted()
                    .toCompletableFuture()
                    .join())
        .hasMessageContaining("mqtt-native://broker:port/name");
  }

  @Test
  void closingTheAgentEndsItsSubscriptions() throws Exception {
    Agent reading = agent("reader");
    Reader reader = new Reader();
    subscribe(reading.channel(topicsAt(broker.uri())), NEWS, reader);
    reading.close();

    assertThat(reader.closed).succeedsWithin(20, TimeUnit.SECONDS);
  }
}
