package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Duplex;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Envelope.Open;
import io.agentchannel.core.wire.Status;
import io.agentchannel.testkit.contract.LeakCheck;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer may send to an agent, and what comes of it: a clear error to it, and no more. */
class BadPeerTest {
  private static final Unary<String, String> UPPER =
      Operation.unary("upper", String.class, String.class);

  private static final Duplex<String, String> DEAF =
      Operation.duplex("deaf", String.class, String.class);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final LeakCheck leaks = LeakCheck.begin();
  private Agent agent;
  private Agent bystander;
  private AgentChannel channel;
  private URI endpoint;

  @BeforeEach
  void start() {
    agent =
        Agent.builder(config("up"))
            .listen("memory://*")
            .drain(Duration.ofMillis(100))
            .serveDuplex(DEAF, (talk, call) -> ended.await())
            .serve(UPPER, (text, call) -> text.toUpperCase(java.util.Locale.ROOT))
            .start();
    endpoint = agent.endpoints().get(0);
    bystander = Agent.start(config("bystander"));
    channel = bystander.channel(endpoint.toString());
    assertThat(channel.request(UPPER, "before")).isEqualTo("BEFORE");
  }

  private static AgentConfig config(String name) {
    return AgentConfig.of(Map.of("name", name, "identity", "ephemeral", "trust.policy", "open"));
  }

  /** Whatever the bad peer did: the other one did not notice, and nothing is left. */
  @AfterEach
  void othersAreUnharmedAndNothingIsLeft() {
    assertThat(channel.request(UPPER, "after")).isEqualTo("AFTER");
    assertThat(channel.explain().routes().get(0).failures()).isZero();
    bystander.close();
    agent.close();
    leaks.assertNothingLeft();
  }

  @Test
  void bytesThatAreNoHandshakeAreRefusedWithAReason() throws Exception {
    try (RawPeer peer = RawPeer.connect(endpoint)) {
      peer.send(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

      String refusal = StandardCharsets.UTF_8.decode(peer.nextPacket()).toString();
      assertThat(refusal).contains("INVALID_ARGUMENT").contains("not an AgentChannel handshake");
      assertThat(peer.closed().get(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void garbageAfterTheHandshakeEndsThatLinkWithAReason() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.sendSealed(ByteBuffer.wrap(new byte[] {(byte) 0xff, 1, 2, 3}));

      Status status = peer.farewell();
      assertThat(status.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(status.message()).isNotEmpty();
    }
  }

  @Test
  void theMiddleOfAMessageWithoutItsBeginningIsOutOfState() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(open(1, "upper", 1, false), item(1, 2, "", "middle", false));

      assertThat(peer.farewell().code()).isEqualTo(Code.FAILED_PRECONDITION);
    }
  }

  @Test
  void aGapIsOutOfState() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(open(1, "upper", 1, false), item(1, 3, "text/plain; charset=utf-8", "x", false));

      assertThat(peer.farewell().message()).contains("out of order");
    }
  }

  @Test
  void moreThanTheCreditIsCutOff() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(open(1, "deaf", 1, false));
      String chunk = "x".repeat(Envelope.MAX_BODY);
      String type = "text/plain; charset=utf-8";
      for (int seq = 2; seq <= 6 && !peer.closed().isDone(); seq++) {
        peer.send(item(1, seq, type, chunk, false));
      }

      assertThat(peer.farewell().code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void anAnswerToNothingIsOutOfState() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(Envelope.ofExchange(Kind.END, false, 99, Status.OK));

      assertThat(peer.farewell().message()).contains("never opened");
    }
  }

  @Test
  void anItemOfAnUnknownExchangeIsAnsweredByCancel() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(item(5, 2, "text/plain; charset=utf-8", "x", false));

      Envelope cancel = peer.next(Kind.CANCEL);
      assertThat(cancel.exchange()).isEqualTo(5);
      assertThat(cancel.mine()).isFalse();
      assertThat(peer.closed()).isNotDone();
    }
  }

  @Test
  void anUnknownOperationEndsThatExchangeAlone() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(open(1, "lower", 1, true));
      Status status = peer.next(Kind.END).status();

      assertThat(status.code()).isEqualTo(Code.UNIMPLEMENTED);
      assertThat(status.outcome()).isEqualTo(Outcome.NOT_SENT);
      peer.send(open(2, "upper", 1, true));
      assertThat(StandardCharsets.UTF_8.decode(peer.next(Kind.ITEM).body()).toString())
          .isEqualTo("HELLO");
    }
  }

  @Test
  void aRepeatedOpenRunsOnceAndIsAnsweredOnce() throws Exception {
    try (RawPeer peer = RawPeer.shakeHands(endpoint)) {
      peer.send(open(1, "upper", 1, true), open(1, "upper", 1, true));
      peer.next(Kind.ITEM);
      peer.send(Envelope.ping(77));

      Envelope pong = peer.next(Kind.PONG);
      assertThat(pong.token()).isEqualTo(77);
    }
  }

  private static Envelope open(long exchange, String operation, int attempt, boolean last) {
    ByteBuffer body = ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8));
    Call.Kind kind = operation.equals(DEAF.name()) ? Call.Kind.DUPLEX : Call.Kind.UNARY;
    Open open = new Open(operation, Map.of(), null, kind);
    return envelope(Kind.OPEN, exchange, 1, attempt, last, "text/plain; charset=utf-8", body, open);
  }

  private static Envelope item(long exchange, long seq, String type, String body, boolean last) {
    ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
    return envelope(Kind.ITEM, exchange, seq, 0, last, type, bytes, null);
  }

  private static Envelope envelope(
      Kind kind,
      long exchange,
      long seq,
      int attempt,
      boolean last,
      String type,
      ByteBuffer body,
      @Nullable Open open) {
    return new Envelope(
        kind, true, exchange, seq, 0, 256 << 10, attempt, last, false, 0, 0, type, body, open, null,
        null, 0);
  }
}
