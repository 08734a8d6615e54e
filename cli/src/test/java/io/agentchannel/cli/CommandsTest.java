package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against each other, over real connections. */
@Timeout(60)
class CommandsTest {
  private static Serving serving;
  private static String endpoint;

  @BeforeAll
  static void serve() throws Exception {
    serving =
        Serving.start(
            "serve",
            "--name",
            "programs",
            "--op",
            "upper",
            "--exec",
            "tr a-z A-Z",
            "--op",
            "echo",
            "--exec",
            "cat",
            "--op",
            "fail",
            "--exec",
            "echo 'no such book' >&2; exit 3",
            "--op",
            "slow",
            "--exec",
            "sleep 300",
            "--op",
            "count",
            "--exec",
            "seq 1 1000",
            "--stream",
            "--op",
            "endless",
            "--exec",
            "yes",
            "--stream");
    endpoint = serving.endpoint();
  }

  @AfterAll
  static void stop() throws Exception {
    serving.close();
    assertThat(serving.exitCode()).isZero();
  }

  private static void assertOneLine(String err) {
    assertThat(err.lines()).hasSize(1).first().asString().startsWith("agentchannel: ");
  }

  @Test
  void aProgramAnswersACall() {
    Terminal call = Terminal.runAgent("call", endpoint, "upper", "--data", "hello");

    assertThat(call.exitCode()).as(call.err()).isZero();
    assertThat(call.out()).isEqualTo("HELLO\n");
    assertThat(call.err()).isEmpty();
  }

  @Test
  void aMebibyteFromStandardInputComesBackAsItWas() {
    byte[] bytes = new byte[1 << 20];
    new Random(11).nextBytes(bytes);

    Terminal call = Terminal.runAgentWith(bytes, "call", endpoint, "echo", "--data", "-");

    assertThat(call.exitCode()).as(call.err()).isZero();
    assertThat(call.bytes()).isEqualTo(bytes);
  }

  @Test
  void machinesGetJson() {
    Terminal call = Terminal.runAgent("call", endpoint, "upper", "--data", "{\"a\":1}", "--json");

    assertThat(call.out())
        .isEqualTo("{\"contentType\":\"text/plain; charset=utf-8\",\"body\":\"{\\\"A\\\":1}\"}\n");
  }

  @Test
  void eachLineOfAProgramIsAnItem() {
    Terminal stream = Terminal.runAgent("stream", endpoint, "count");

    assertThat(stream.exitCode()).as(stream.err()).isZero();
    assertThat(stream.out())
        .isEqualTo(
            IntStream.rangeClosed(1, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining()));
  }

  @Test
  void anEndlessStreamCanBeLeft() {
    Terminal stream = Terminal.runAgent("stream", endpoint, "endless", "--count", "3");

    assertThat(stream.exitCode()).as(stream.err()).isZero();
    assertThat(stream.out()).isEqualTo("y\ny\ny\n");
  }

  @Test
  void theProgramsLastWordsAreThePeersError() {
    Terminal call = Terminal.runAgent("call", endpoint, "fail");

    assertThat(call.exitCode()).isEqualTo(4);
    assertThat(call.out()).isEmpty();
    assertThat(call.err())
        .isEqualTo("agentchannel: no such book (APPLICATION, outcome processed)\n");
  }

  @Test
  void anErrorForMachinesIsJson() {
    Terminal call = Terminal.runAgent("call", endpoint, "fail", "--json");

    assertThat(call.exitCode()).isEqualTo(4);
    assertThat(call.err())
        .isEqualTo(
            "{\"error\":{\"code\":\"APPLICATION\",\"outcome\":\"PROCESSED\","
                + "\"message\":\"no such book\",\"details\":{\"exit\":\"3\"}}}\n");
  }

  @Test
  void aMissingOperationIsThePeersError() {
    Terminal call = Terminal.runAgent("call", endpoint, "nothing");

    assertThat(call.exitCode()).isEqualTo(4);
    assertOneLine(call.err());
    assertThat(call.err()).contains("UNIMPLEMENTED");
  }

  @Test
  void theEndOfTheTimeIsADeadline() {
    Terminal call = Terminal.runAgent("call", endpoint, "slow", "--timeout", "300ms");

    assertThat(call.exitCode()).isEqualTo(5);
    assertOneLine(call.err());
  }

  @Test
  void nobodyThereIsUnreachableAndWhoWaitsIsToldWhatFor() {
    Terminal call = Terminal.runAgent("call", "ws://127.0.0.1:1", "upper", "--timeout", "5s");

    assertThat(call.exitCode()).isEqualTo(3);
    assertThat(call.err().lines()).hasSize(2).first().asString().startsWith("waiting for ws://");
  }

  @Test
  void aNameThatIsNotConfiguredIsUnreachable() {
    Terminal call = Terminal.runAgent("call", "librarian", "upper");

    assertThat(call.exitCode()).isEqualTo(3);
    assertOneLine(call.err());
  }

  @Test
  void aSchemeThatNoTransportTakesIsAUsageError() {
    Terminal call = Terminal.runAgent("call", "carrier-pigeon://here", "upper");

    assertThat(call.exitCode()).isEqualTo(2);
    assertOneLine(call.err());
  }

  @Test
  void aNameFromTheConfigurationIsATarget(@TempDir Path folder) throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("agent.yaml"),
            "listen: [ \"" + endpoint + "\" ]\npeers: { up: { at: [ \"" + endpoint + "\" ] } }\n");

    // It listens where the other does, but a call listens nowhere.
    Terminal call =
        Terminal.runAgent("call", "up", "upper", "--data", "hello", "--config", config.toString());

    assertThat(call.out()).as(call.err()).isEqualTo("HELLO\n");
  }

  @Test
  void aPeerCanBeSetOnTheCommandLine() {
    Terminal call =
        Terminal.runAgent(
            "call", "up", "upper", "--data", "hello", "--set", "peers.up.at=[" + endpoint + "]");

    assertThat(call.out()).as(call.err()).isEqualTo("HELLO\n");
  }

  @Test
  void anUnknownKeyIsAUsageErrorOfOneLine() {
    Terminal id = Terminal.runAgent("id", "--set", "reconnect.fist=1s");

    assertThat(id.exitCode()).isEqualTo(2);
    assertOneLine(id.err());
    assertThat(id.err()).contains("reconnect.fist (command line)", "reconnect.first");
  }

  @Test
  void aPortInUseIsAFailureOfOneLine() {
    Terminal serve = Terminal.runAgent("serve", "--op", "a", "--exec", "cat", "--listen", endpoint);

    assertThat(serve.exitCode()).isEqualTo(1);
    assertOneLine(serve.err());
  }

  @Test
  void anAgentThatNobodyCouldCallIsAUsageError() {
    Terminal serve = Terminal.runAgent("serve", "--op", "a", "--exec", "cat");

    assertThat(serve.exitCode()).isEqualTo(2);
    assertThat(serve.err()).contains("--listen");
  }

  @Test
  void aWrongOperationNameIsAUsageError() {
    for (String[] args :
        new String[][] {
          {"call", endpoint, "no spaces"},
          {"serve", "--listen", "ws://127.0.0.1:0", "--op", "no spaces", "--exec", "cat"},
          {"serve", "--listen", "ws://127.0.0.1:0", "--op", "agentchannel.x", "--exec", "cat"}
        }) {
      Terminal terminal = Terminal.runAgent(args);

      assertThat(terminal.exitCode()).as(String.join(" ", args)).isEqualTo(2);
      assertOneLine(terminal.err());
    }
  }

  @Test
  void describeShowsWhatIsServedAndHowToCallIt() {
    Terminal describe = Terminal.runAgent("describe", endpoint);

    assertThat(describe.exitCode()).as(describe.err()).isZero();
    assertThat(describe.out())
        .startsWith("programs  did:key:z6Mk")
        .contains("upper  unary", "agentchannel call " + endpoint + " upper")
        .contains("count  streaming", "agentchannel stream " + endpoint + " count");
  }

  @Test
  void idIsAnId() {
    Terminal id = Terminal.runAgent("id");

    assertThat(id.exitCode()).as(id.err()).isZero();
    assertThat(id.out()).startsWith("did:key:z6Mk").hasLineCount(1);
  }

  @Test
  void whatIsPublishedIsPrintedBySubscribers() throws Exception {
    byte[] lines = "one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8);
    try (Serving publisher =
        Serving.start(
            new ByteArrayInputStream(lines), "publish", "news", "--await-subscribers", "1")) {
      Terminal subscribe =
          Terminal.runAgent("subscribe", publisher.endpoint(), "news", "--count", "3");

      assertThat(subscribe.exitCode()).as(subscribe.err()).isZero();
      assertThat(subscribe.out()).isEqualTo("one\ntwo\nthree\n");
      assertThat(publisher.exitCode()).isZero();
    }
  }

  @Test
  void aSubscriptionEndsWithItsPublisher() throws Exception {
    byte[] line = "last\n".getBytes(StandardCharsets.UTF_8);
    try (Serving publisher =
        Serving.start(
            new ByteArrayInputStream(line), "publish", "news", "--await-subscribers", "1")) {
      Terminal subscribe = Terminal.runAgent("subscribe", publisher.endpoint(), "news");

      assertThat(subscribe.exitCode()).as(subscribe.err()).isZero();
      assertThat(subscribe.out()).isEqualTo("last\n");
    }
  }
}
