package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.connect.WillPublishPacket;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.it.BrokerWatch.Said;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker hears of two agents, one of which calls the other. */
@Timeout(60)
class MqttOnTheWireTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  /** {@code keepAlive.interval} and {@code keepAlive.timeout} together, in seconds. */
  private static final long EXPIRY = 30;

  private static final int LINK_ID_BYTES = 16;

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

  private static AgentBuilder agent(String name, int qos) {
    return Agent.builder(
        AgentConfig.of(
            Map.of(
                "name", name,
                "identity", "ephemeral",
                "trust.policy", "open",
                "guests", "broker",
                "drain", "100ms",
                "mqtt.qos", qos)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aLinkIsWhatTheGuideSays(int qos) throws Exception {
    List<String> before = watch.clients();
    try (Agent library =
            agent("library", qos).listen(broker.uri()).serve(ECHO, (text, call) -> text).start();
        Agent caller = agent("caller", qos).start()) {
      String endpoint = library.endpoints().get(0).toString();
      assertThat(caller.channel(endpoint).request(ECHO, "x")).isEqualTo("x");
      String hello = "agentchannel/v1/agents/" + library.id() + "/hello";
      String libraryClient = watch.subscriberOf(hello);
      List<String> clients = watch.clients();
      clients.removeAll(before);
      assertThat(clients).hasSize(2).contains(libraryClient);
      clients.remove(libraryClient);
      String callerClient = clients.get(0);

      String callersInbox = checkInbox(caller, watch.said(callerClient));
      String librarysInbox = checkInbox(library, watch.said(libraryClient));
      List<PublishPacket> fromCaller = published(callerClient, "/hello", "/inbox/");
      List<PublishPacket> fromLibrary = published(libraryClient, "/inbox/");
      checkGreeting(fromCaller.get(0), hello, callersInbox);
      checkGreeting(fromLibrary.get(0), callersInbox, librarysInbox);
      checkPackets(fromCaller, librarysInbox, qos);
      checkPackets(fromLibrary, callersInbox, qos);
      assertThat(linkIds(fromCaller)).hasSize(1).isEqualTo(linkIds(fromLibrary));
      checkConnection(library, watch.connected(libraryClient), /* listens= */ true);
      checkConnection(caller, watch.connected(callerClient), /* listens= */ false);
    }
  }

  /** There is one, and it comes first. */
  private static String checkInbox(Agent agent, List<Said> said) {
    List<String> first = said.get(0).filters();
    assertThat(first)
        .singleElement()
        .asString()
        .startsWith("agentchannel/v1/agents/" + agent.id() + "/inbox/");
    assertThat(said.stream().flatMap(each -> each.filters().stream()))
        .filteredOn(filter -> filter.contains("/inbox/"))
        .hasSize(1);
    return first.get(0);
  }

  private static List<PublishPacket> published(String client, String... kinds) {
    return watch.said(client).stream()
        .map(Said::published)
        .filter(Objects::nonNull)
        .filter(message -> List.of(kinds).stream().anyMatch(message.getTopic()::contains))
        .toList();
  }

  private static void checkGreeting(PublishPacket message, String topic, String answerAt) {
    assertThat(message.getTopic()).isEqualTo(topic);
    assertThat(message.getResponseTopic()).contains(answerAt);
    assertThat(message.getQos().getQosNumber()).isEqualTo(1);
    assertThat(message.getMessageExpiryInterval()).contains(EXPIRY);
  }

  private static void checkPackets(List<PublishPacket> all, String inbox, int qos) {
    List<PublishPacket> packets = all.subList(1, all.size());
    assertThat(packets).isNotEmpty();
    assertThat(packets)
        .allSatisfy(
            packet -> {
              assertThat(packet.getTopic()).isEqualTo(inbox);
              assertThat(packet.getQos().getQosNumber()).isEqualTo(qos);
              assertThat(packet.getMessageExpiryInterval()).contains(EXPIRY);
            });
  }

  private static Set<ByteBuffer> linkIds(List<PublishPacket> packets) {
    Set<ByteBuffer> ids =
        packets.stream()
            .map(packet -> packet.getCorrelationData().orElseThrow())
            .collect(Collectors.toSet());
    assertThat(ids).allMatch(id -> id.remaining() == LINK_ID_BYTES);
    return ids;
  }

  private static void checkConnection(Agent agent, ConnectPacket connect, boolean listens) {
    assertThat(connect.getCleanStart()).isTrue();
    assertThat(connect.getSessionExpiryInterval()).isZero();
    WillPublishPacket will = connect.getWillPublish().orElseThrow();
    assertThat(will.getTopic()).isEqualTo("agentchannel/v1/agents/" + agent.name() + "/card");
    assertThat(will.getRetain()).as("it takes the place of a card").isEqualTo(listens);
    assertThat(StandardCharsets.UTF_8.decode(will.getPayload().orElseThrow()).toString())
        .isEqualTo("{\"id\":\"" + agent.id() + "\",\"status\":\"offline\"}");
  }
}
