package io.agentchannel.mqtt;

import static io.agentchannel.mqtt.PlainClient.property;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.RouteReport;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A stranger whom the broker lets read and write everything: it knows each inbox and the ids of all
 * links, and breaks none.
 */
@Timeout(60)
class StrangersTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  private static LightBroker broker;

  private final String root = Brokers.ownRoot();

  @BeforeAll
  static void startBroker() {
    broker = Brokers.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private Agent agent(String name, boolean listens) {
    var builder =
        Agent.builder(
            AgentConfig.of(
                Map.of(
                    "name", name,
                    "identity", "ephemeral",
                    "mqtt.root", root,
                    "trust.policy", "open",
                    "drain", "100ms")));
    return (listens ? builder.listen(broker.uri()).serve(ECHO, (text, call) -> text) : builder)
        .start();
  }

  /** What the stranger has seen of a link that carries calls. */
  private record Overheard(List<Mqtt5Publish> messages) {
    List<String> inboxes() {
      return messages.stream()
          .map(message -> message.getTopic().toString())
          .filter(topic -> topic.contains("/inbox/"))
          .distinct()
          .toList();
    }

    List<ByteBuffer> links() {
      return messages.stream().flatMap(m -> m.getCorrelationData().stream()).distinct().toList();
    }
  }

  private static Overheard listen(PlainClient stranger, int least) throws InterruptedException {
    List<Mqtt5Publish> seen = new ArrayList<>();
    while (seen.size() < least || stranger.hasMore()) {
      seen.add(stranger.next());
    }
    return new Overheard(seen);
  }

  private static Mqtt5PublishBuilder.Complete to(String topic, ByteBuffer link) {
    return Mqtt5Publish.builder()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .correlationData(link.duplicate());
  }

  @Test
  void nothingThatAStrangerWritesBreaksALink() throws Exception {
    try (PlainClient stranger = PlainClient.at(broker.port()).listeningAt(root + "/agents/#");
        Agent library = agent("library", true);
        Agent caller = agent("caller", false)) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      assertThat(channel.request(ECHO, "before")).isEqualTo("before");
      Overheard overheard = listen(stranger, 8);
      assertThat(overheard.inboxes()).hasSize(2);
      SplittableRandom random = new SplittableRandom(6);
      for (String inbox : overheard.inboxes()) {
        for (ByteBuffer link : overheard.links()) {
          for (Mqtt5Publish forged : forgeries(inbox, link, overheard, random)) {
            stranger.tryToSend(forged);
          }
        }
      }

      for (int i = 0; i < 20; i++) {
        assertThat(channel.request(ECHO, "after " + i)).isEqualTo("after " + i);
      }
      RouteReport.Route route = channel.explain().routes().get(0);
      assertThat(route.state()).isEqualTo(RouteReport.State.CONNECTED);
      assertThat(route.failures()).isZero();
      // Not one new link: what the two ends have said since has the ids that it had.
      assertThat(listen(stranger, 20).links()).isSubsetOf(overheard.links());
    }
  }

  private static List<Mqtt5Publish> forgeries(
      String inbox, ByteBuffer link, Overheard overheard, SplittableRandom random) {
    List<Mqtt5Publish> all = new ArrayList<>();
    for (int size : new int[] {1, 16, 200, 5_000}) {
      byte[] garbage = new byte[size];
      random.nextBytes(garbage);
      all.add(to(inbox, link).payload(garbage).build());
      for (String what : List.of(Greeting.HELLO, Greeting.WELCOME, Greeting.BYE, "nonsense")) {
        all.add(to(inbox, link).contentType(what).payload(garbage).build());
      }
    }
    all.add(to(inbox, link).build());
    all.add(
        to(inbox, link)
            .payload(new byte[] {(byte) 0xff, (byte) 0xfe})
            .payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
            .build());
    all.add(Mqtt5Publish.builder().topic(inbox).payload(new byte[] {1, 2, 3}).build());
    byte[] secret = Greeting.newSecret();
    ByteBuffer greeting = Greeting.of(secret, "library").write();
    all.add(
        to(inbox, link)
            .contentType(Greeting.WELCOME)
            .responseTopic(inbox.substring(0, inbox.length() - 1) + "0")
            .payload(greeting)
            .build());
    all.add(
        to(inbox, link)
            .contentType(Greeting.HELLO)
            .responseTopic(overheard.inboxes().get(0))
            .payload(greeting)
            .build());
    all.add(to(inbox, link).contentType(Greeting.BYE).payload(secret).build());
    for (Mqtt5Publish genuine : overheard.messages()) {
      // What was said already, said again by somebody else.
      all.add(genuine.extend().retain(false).build());
    }
    return all;
  }

  @Test
  void whatBelongsNowhereIsCountedWherePeopleLook() throws Exception {
    try (PlainClient stranger = PlainClient.at(broker.port()).listeningAt(root + "/agents/#");
        Agent library = agent("library", true);
        Agent caller = agent("caller", false)) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      assertThat(channel.request(ECHO, "before")).isEqualTo("before");
      assertThat(channel.explain().routes().get(0).reason()).isEqualTo("the only route");
      String inbox =
          listen(stranger, 8).inboxes().stream()
              .filter(topic -> topic.contains(caller.id().toString()))
              .findFirst()
              .orElseThrow();
      for (int i = 0; i < 7; i++) {
        stranger.send(to(inbox, LinkId.random().toBytes()).payload(new byte[] {1}).build());
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(channel.explain().routes().get(0).reason())
                      .isEqualTo("the only route; messages dropped that belong nowhere: 7"));
    }
  }

  @Test
  void aForgedWillMakesALinkDoubtAndNoMore() throws Exception {
    try (PlainClient stranger = PlainClient.at(broker.port()).listeningAt(root + "/agents/#");
        Agent library = agent("library", true);
        Agent caller = agent("caller", false)) {
      AgentChannel channel = caller.channel(library.endpoints().get(0).toString());
      assertThat(channel.request(ECHO, "before")).isEqualTo("before");
      Overheard overheard = listen(stranger, 8);
      for (String inbox : overheard.inboxes()) {
        String place = inbox.substring(inbox.lastIndexOf('/') + 1);
        for (String name : List.of("library", "caller")) {
          stranger.send(Wills.testament(root + "/agents/" + name + "/card", place, "any", false));
        }
      }

      assertThat(channel.request(ECHO, "after")).isEqualTo("after");
      assertThat(listen(stranger, 6).links()).isSubsetOf(overheard.links());
    }
  }

  @Test
  void aFalseAnswerToAHelloKeepsNobodyFromTheRightOne() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (PlainClient stranger =
            PlainClient.at(broker.port()).listeningAt(root + "/agents/+/hello");
        Agent library = agent("library", true);
        Agent caller = agent("caller", false)) {
      Thread forger =
          new Thread(
              () -> {
                try {
                  while (answered.get() < 5) {
                    answer(stranger, stranger.next());
                    answered.incrementAndGet();
                  }
                } catch (InterruptedException done) {
                  Thread.currentThread().interrupt();
                }
              });
      forger.setDaemon(true);
      forger.start();
      for (int i = 0; i < 5; i++) {
        try (Agent another = agent("another", false)) {
          AgentChannel channel = another.channel(library.endpoints().get(0).toString());
          assertThat(channel.request(ECHO, "hello " + i)).isEqualTo("hello " + i);
        }
      }

      assertThat(caller.name()).isEqualTo("caller");
      forger.join(10_000);
      assertThat(answered).hasValue(5);
    }
  }

  /** Says at once that it is the one who is meant, with an inbox that looks like its own. */
  private static void answer(PlainClient stranger, Mqtt5Publish hello) {
    String topic = hello.getTopic().toString();
    String inbox = topic.replace("/hello", "/inbox/0123456789abcdef-01234");
    stranger.send(
        Mqtt5Publish.builder()
            .topic(hello.getResponseTopic().orElseThrow())
            .qos(MqttQos.AT_LEAST_ONCE)
            .contentType(Greeting.WELCOME)
            .correlationData(hello.getCorrelationData().orElseThrow())
            .responseTopic(inbox)
            .payload(Greeting.of(Greeting.newSecret(), "library").write())
            .build());
    assertThat(property(hello, "status")).isNull();
  }
}
