package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.Agent;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.TcpProxy;
import io.agentchannel.testkit.TestCertificates;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an agent gets to its broker, what it shows there, and how often. */
@Timeout(60)
class ConnectionsTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final CallOptions PATIENT = CallOptions.timeout(Duration.ofSeconds(10));
  private static final Map<String, Object> CREDENTIALS =
      Map.of("mqtt.user", GuardedBroker.USER, "mqtt.password", GuardedBroker.PASSWORD);

  @TempDir static Path folder;

  private static TestCertificates certificates;
  private static TestCertificates others;
  private static GuardedBroker guarded;
  private static GuardedBroker askingForCertificates;

  @BeforeAll
  static void start() throws Exception {
    certificates =
        TestCertificates.of(Files.createDirectory(folder.resolve("own")), "ip:127.0.0.1");
    others = TestCertificates.of(Files.createDirectory(folder.resolve("others")), "ip:127.0.0.1");
    guarded = GuardedBroker.start(certificates, /* clientCertificates= */ false);
    askingForCertificates = GuardedBroker.start(certificates, /* clientCertificates= */ true);
  }

  @AfterAll
  static void stop() {
    guarded.close();
    askingForCertificates.close();
  }

  private static Map<String, Object> with(Map<String, Object> tls) {
    Map<String, Object> all = new HashMap<>(CREDENTIALS);
    all.putAll(tls);
    return all;
  }

  private static Map<String, Object> trustAlone(TestCertificates of) {
    return Map.of("tls.trust", of.config().get("tls.trust"));
  }

  private static void call(String uri, Map<String, Object> config) {
    try (Agent library =
            TestAgents.named("library", config)
                .listen(uri)
                .serve(ECHO, (text, call) -> text)
                .start();
        Agent caller = TestAgents.named("caller", config).start()) {
      String endpoint = library.endpoints().get(0).toString();
      assertThat(endpoint).startsWith(uri);
      String large = "x".repeat(200_000);
      assertThat(caller.channel(endpoint).request(ECHO, large, PATIENT)).isEqualTo(large);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt", "mqtt+ws"})
  void aBrokerThatAsksForUserAndPasswordGetsThem(String scheme) {
    call(guarded.uri(scheme), CREDENTIALS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtts", "mqtt+wss"})
  void aBrokerWhoseCertificateIsTrustedIsReachedByTls(String scheme) {
    call(guarded.uri(scheme), with(trustAlone(certificates)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtts", "mqtt+wss"})
  void aBrokerThatAsksForACertificateIsShownOne(String scheme) {
    call(askingForCertificates.uri(scheme), with(certificates.config()));
  }

  private static void assertNotReached(String uri, Map<String, Object> config, Code... codes) {
    try (Agent caller = TestAgents.named("caller", config).start();
        Agent somebody = TestAgents.named("somebody").start()) {
      String endpoint = uri + "/" + somebody.id();
      assertThatThrownBy(
              () ->
                  caller
                      .channel(endpoint)
                      .request(ECHO, "x", CallOptions.timeout(Duration.ofSeconds(3))))
          .isInstanceOfSatisfying(
              AgentException.class,
              failure ->
                  assertThat(failure.code()).as(failure.getMessage()).isIn((Object[]) codes));
    }
  }

  @Test
  void anAgentThatTheBrokerDoesNotKnowIsToldSo() {
    Map<String, Object> wrong =
        Map.of("mqtt.user", GuardedBroker.USER, "mqtt.password", "closing hours");
    assertNotReached(guarded.uri("mqtt"), wrong, Code.UNAUTHENTICATED);
    assertThatThrownBy(() -> call(guarded.uri("mqtt"), wrong))
        .isInstanceOfSatisfying(
            AgentException.class,
            failure ->
                assertThat(failure.code())
                    .as(failure.getMessage())
                    .isEqualTo(Code.UNAUTHENTICATED));
  }

  @Test
  void aBrokerThatIsNotTrustedGetsNoPassword() {
    assertNotReached(guarded.uri("mqtts"), with(trustAlone(others)), Code.FAILED_PRECONDITION);
  }

  @Test
  void anAgentWithoutTheCertificateThatIsAskedForDoesNotGetIn() {
    assertNotReached(
        askingForCertificates.uri("mqtts"),
        with(trustAlone(certificates)),
        Code.UNAVAILABLE,
        Code.UNAUTHENTICATED);
  }

  @Test
  void oneConnectionServesAllPeersAndGuests() throws Exception {
    List<Agent> peers = new ArrayList<>();
    try (LightBroker broker = Brokers.start();
        TcpProxy proxy = TcpProxy.to(URI.create(broker.uri()));
        Agent busy =
            TestAgents.named("busy", Map.of("guests", "broker"))
                .listen(proxy.through(URI.create(broker.uri())).toString())
                .serve(ECHO, (text, call) -> text)
                .start()) {
      for (int i = 0; i < 5; i++) {
        Agent peer =
            TestAgents.named("peer-" + i)
                .listen(broker.uri())
                .serve(ECHO, (text, call) -> text)
                .start();
        peers.add(peer);
        String to = proxy.through(peer.endpoints().get(0)).toString();
        String from = broker.uri() + "/" + busy.id();
        assertThat(busy.channel(to).request(ECHO, "out " + i, PATIENT)).isEqualTo("out " + i);
        assertThat(peer.channel(from).request(ECHO, "in " + i, PATIENT)).isEqualTo("in " + i);
      }
      try (PlainClient guest =
          PlainClient.at(broker.port()).listeningAt("agentchannel/v1/reply/guest")) {
        guest.send(
            Mqtt5Publish.builder()
                .topic("agentchannel/v1/agents/busy/request/echo")
                .responseTopic("agentchannel/v1/reply/guest")
                .payload("\"as a guest\"".getBytes(StandardCharsets.UTF_8))
                .build());
        assertThat(PlainClient.text(guest.next())).isEqualTo("as a guest");
      }

      assertThat(proxy.connections()).isEqualTo(1);
    } finally {
      peers.forEach(Agent::close);
    }
  }
}
