package io.agentchannel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs served through the broker of the jar, for the command line and for any MQTT client. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class MqttJarTest {
  private static final Pattern BROKER = Pattern.compile("(mqtt://127\\.0\\.0\\.1:\\d+)");
  private static final Pattern ENDPOINT =
      Pattern.compile("(mqtt://127\\.0\\.0\\.1:\\d+/did:key:\\w+)");
  private static final String AGENTS = "agentchannel/v1/agents/";
  private static final String REPLIES = "agentchannel/v1/reply/somebody";

  @TempDir static Path home;

  private Process broker;
  private Process upper;
  private Process lines;
  private String upperAt;
  private Mqtt5BlockingClient client;
  private Mqtt5Publishes heard;

  @BeforeAll
  void serve() throws Exception {
    broker = new RunnableJar(home).start("broker", "--port", "0");
    String uri = RunnableJar.awaitLine(broker, BROKER).group(1);
    upper = serve(uri, "--name", "up", "--op", "upper", "--exec", "tr a-z A-Z");
    upperAt = RunnableJar.awaitLine(upper, ENDPOINT).group(1);
    lines = serve(uri, "--name", "lines", "--op", "lines", "--exec", "cat; exit 3", "--stream");
    RunnableJar.awaitLine(lines, ENDPOINT);
    client = MqttClients.connect(URI.create(uri).getPort());
  }

  private static Process serve(String uri, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve", "--listen", uri));
    arguments.addAll(List.of("--guests", "broker"));
    arguments.addAll(List.of(more));
    return new RunnableJar(home).start(arguments.toArray(String[]::new));
  }

  @AfterAll
  void stop() throws Exception {
    client.disconnect();
    for (Process process : List.of(lines, upper, broker)) {
      RunnableJar.stop(process);
    }
  }

  @BeforeEach
  void listen() {
    heard = client.publishes(MqttGlobalPublishFilter.ALL);
    client.subscribeWith().topicFilter(REPLIES).qos(MqttQos.AT_LEAST_ONCE).send();
  }

  @AfterEach
  void hearNoMore() {
    heard.close();
  }

  private void request(String agent, String operation, String text, String replies) {
    client
        .publishWith()
        .topic(AGENTS + agent + "/request/" + operation)
        .qos(MqttQos.AT_LEAST_ONCE)
        .responseTopic(replies)
        .correlationData(text.getBytes(UTF_8))
        .contentType("text/plain")
        .payload(text.getBytes(UTF_8))
        .send();
  }

  private Mqtt5Publish next() throws InterruptedException {
    return heard.receive(30, TimeUnit.SECONDS).orElseThrow();
  }

  private static String text(Mqtt5Publish message) {
    return new String(message.getPayloadAsBytes(), UTF_8);
  }

  private static String property(Mqtt5Publish message, String name) {
    return message.getUserProperties().asList().stream()
        .filter(property -> property.getName().toString().equals(name))
        .map(property -> property.getValue().toString())
        .findFirst()
        .orElse("");
  }

  @Test
  void theCommandLineCallsThroughIt() throws Exception {
    Process call = new RunnableJar(home).start("call", upperAt, "upper", "--data", "hello");
    call.getOutputStream().close();

    assertThat(new String(call.getInputStream().readAllBytes(), UTF_8)).isEqualTo("HELLO\n");
    assertThat(call.waitFor()).isZero();
  }

  @Test
  void aPlainClientGetsAReply() throws Exception {
    request("up", "upper", "hello", REPLIES);
    Mqtt5Publish reply = next();

    assertThat(text(reply).strip()).isEqualTo("HELLO");
    assertThat(property(reply, "status")).isEqualTo("OK");
    assertThat(property(reply, "last")).isEqualTo("true");
    assertThat(reply.getCorrelationData()).contains(ByteBuffer.wrap("hello".getBytes(UTF_8)));
  }

  @Test
  void aPlainClientGetsAStreamAndTheErrorThatEndsIt() throws Exception {
    request("lines", "lines", "one\ntwo\n", REPLIES);

    assertThat(text(next())).isEqualTo("one");
    assertThat(text(next())).isEqualTo("two");
    Mqtt5Publish end = next();
    assertThat(property(end, "status")).isEqualTo("APPLICATION");
    assertThat(property(end, "last")).isEqualTo("true");
  }

  @Test
  void anOperationThatThereIsNotIsAnError() throws Exception {
    request("up", "lower", "hello", REPLIES);

    assertThat(property(next(), "status")).isEqualTo("UNIMPLEMENTED");
  }

  @Test
  void aReplyThatIsMeantForAnotherAgentIsRefused() throws Exception {
    client.subscribeWith().topicFilter(AGENTS + "lines/request/+").send();
    request("up", "upper", "bad", AGENTS + "lines/request/lines");
    request("up", "upper", "good", REPLIES);

    assertThat(text(next()).strip()).isEqualTo("GOOD");
    client.unsubscribeWith().topicFilter(AGENTS + "lines/request/+").send();
  }
}
