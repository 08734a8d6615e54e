package io.agentchannel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentchannel.AgentException;
import io.agentchannel.spi.Link;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a peer's frames do, good and bad; each bad one must leave a bystander's link alone. */
@Timeout(30)
class FramesTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  @RegisterExtension final Rig rig = new Rig();

  @Test
  void aMessageInFragmentsIsOnePacket() throws Exception {
    try (RawClient client = peer()) {
      Inbox inbox = Inbox.of(Rig.next(rig.accepted));
      client.frame(RawClient.BINARY, HELLO);
      client.frame(RawClient.FIN | RawClient.PING, new byte[0]);
      client.frame(RawClient.CONTINUATION, HELLO);
      client.frame(RawClient.FIN | RawClient.CONTINUATION, new byte[0]);

      assertThat(inbox.next()).isEqualTo("hellohello".getBytes(UTF_8));
    }
  }

  @Test
  void pingsAreAnswered() throws Exception {
    try (RawClient client = peer()) {
      Inbox.of(Rig.next(rig.accepted));
      client.frame(RawClient.FIN | RawClient.PING, HELLO);

      assertThat(client.expect(RawClient.PONG)).isEqualTo(HELLO);
    }
  }

  @Test
  void textOnABinaryLinkIsRefused() throws Exception {
    assertRefused(
        1003, "agentchannel.v1", client -> client.frame(RawClient.FIN | RawClient.TEXT, HELLO));
  }

  @Test
  void binaryOnAJsonLinkIsRefused() throws Exception {
    assertRefused(
        1003,
        "agentchannel.v1+json",
        client -> client.frame(RawClient.FIN | RawClient.BINARY, HELLO));
  }

  @Test
  void brokenUtf8OnAJsonLinkIsRefused() throws Exception {
    assertRefused(
        1007,
        "agentchannel.v1+json",
        client -> client.frame(RawClient.FIN | RawClient.TEXT, new byte[] {(byte) 0xff}));
  }

  @Test
  void anEmptyMessageIsRefused() throws Exception {
    assertRefused(
        1007,
        "agentchannel.v1",
        client -> client.frame(RawClient.FIN | RawClient.BINARY, new byte[0]));
  }

  @Test
  void anOversizeFrameIsRefusedByItsHead() throws Exception {
    assertRefused(
        1009,
        "agentchannel.v1",
        client ->
            client.frameHead(RawClient.FIN | RawClient.BINARY, 0x80, Settings.MAX_PACKET + 1));
  }

  @Test
  void theReasonIsReadEvenByAPeerThatSendsOn() throws Exception {
    assertRefused(
        1009,
        "agentchannel.v1",
        client ->
            client.frame(RawClient.FIN | RawClient.BINARY, new byte[Settings.MAX_PACKET + 1]));
  }

  @Test
  void anOversizeMessageInFragmentsIsRefused() throws Exception {
    assertRefused(
        1009,
        "agentchannel.v1",
        client -> {
          client.frame(RawClient.BINARY, new byte[Settings.MAX_PACKET]);
          client.frame(RawClient.CONTINUATION, new byte[1]);
        });
  }

  @Test
  void anOversizeTextIsRefused() throws Exception {
    rig.options.put("websocket.maxGuestMessage", 2048L);
    assertRefused(
        1009,
        "agentchannel.v1+json",
        client -> client.frame(RawClient.FIN | RawClient.TEXT, new byte[2049]));
  }

  @Test
  void anUnmaskedFrameIsRefused() throws Exception {
    assertRefused(
        1002,
        "agentchannel.v1",
        client -> client.frameHead(RawClient.FIN | RawClient.BINARY, 0, 5));
  }

  @Test
  void aCompressedFrameIsRefused() throws Exception {
    assertRefused(
        1002,
        "agentchannel.v1",
        client -> client.frame(RawClient.FIN | RawClient.RSV1 | RawClient.BINARY, HELLO));
  }

  @Test
  void aContinuationOfNothingIsRefused() throws Exception {
    assertRefused(
        1002,
        "agentchannel.v1",
        client -> client.frame(RawClient.FIN | RawClient.CONTINUATION, HELLO));
  }

  @Test
  void anOrderlyCloseIsAnsweredAndHasNoCause() throws Exception {
    try (RawClient client = peer()) {
      Inbox inbox = Inbox.of(Rig.next(rig.accepted));
      client.frame(RawClient.FIN | RawClient.CLOSE, new byte[] {3, (byte) 0xe8});

      assertThat(client.expectClose()).isEqualTo(1000);
      client.expectEnd();
      assertThat(inbox.end()).isNull();
    }
  }

  @Test
  void aCloseForAFaultIsTheCause() throws Exception {
    try (RawClient client = peer()) {
      Inbox inbox = Inbox.of(Rig.next(rig.accepted));
      client.frame(
          RawClient.FIN | RawClient.CLOSE, new byte[] {3, (byte) 0xf3, 'n', 'o', '\n', '!'});

      assertThat(inbox.end())
          .isInstanceOf(AgentException.class)
          .hasMessage("the peer closed the connection: 1011 no?!");
    }
  }

  @Test
  void aCutConnectionHasACause() throws Exception {
    RawClient client = peer();
    Inbox inbox = Inbox.of(Rig.next(rig.accepted));
    client.close();

    assertThat(inbox.end()).isInstanceOf(AgentException.class).hasMessageContaining("cut");
  }

  @Test
  void closingWaitsForTheAnswerOfThePeer() throws Exception {
    try (RawClient client = peer()) {
      Link link = Rig.next(rig.accepted);
      Inbox inbox = Inbox.of(link);
      link.send(ByteBuffer.wrap(HELLO.clone()));
      link.close();

      assertThat(client.expect(RawClient.BINARY)).isEqualTo(HELLO);
      assertThat(client.expectClose()).isEqualTo(1000);
      client.frame(RawClient.FIN | RawClient.CLOSE, new byte[] {3, (byte) 0xe8});
      client.expectEnd();
      assertThat(inbox.end()).isNull();
    }
  }

  @Test
  void aPeerThatDoesNotAnswerACloseIsCutOff() throws Exception {
    try (RawClient client = peer()) {
      Rig.next(rig.accepted).close();

      assertThat(client.expectClose()).isEqualTo(1000);
      client.expectEnd();
    }
  }

  @Test
  void aSilentGuestIsPingedAndThenClosed() throws Exception {
    rig.options.put("keepAlive.interval", Duration.ofMillis(50));
    rig.options.put("keepAlive.timeout", Duration.ofMillis(100));
    try (RawClient client = RawClient.upgraded(endpoint(), "agentchannel.v1+json")) {
      Inbox inbox = Inbox.of(Rig.next(rig.guestLinks));

      client.expect(RawClient.PING);
      assertThat(client.expectClose()).isEqualTo(1008);
      assertThat(inbox.end()).isInstanceOf(AgentException.class).hasMessageContaining("silent");
    }
  }

  @Test
  void aGuestThatAnswersPingsStays() throws Exception {
    rig.options.put("keepAlive.interval", Duration.ofMillis(20));
    rig.options.put("keepAlive.timeout", Duration.ofSeconds(20));
    try (RawClient client = RawClient.upgraded(endpoint(), "agentchannel.v1+json")) {
      Inbox inbox = Inbox.of(Rig.next(rig.guestLinks));
      for (int i = 0; i < 5; i++) {
        client.expect(RawClient.PING);
        client.frame(RawClient.FIN | RawClient.PONG, new byte[0]);
      }
      client.frame(RawClient.FIN | RawClient.TEXT, HELLO);

      assertThat(inbox.next()).isEqualTo(HELLO);
    }
  }

  @Test
  void packetsToAPeerThatDoesNotReadHaveABound() throws Exception {
    try (RawClient client = peer()) {
      Link link = Rig.next(rig.accepted);
      Inbox inbox = Inbox.of(link);
      long sent = 0;
      while (link.send(ByteBuffer.allocate(64 * 1024))) {
        sent += 64 * 1024;
        assertThat(sent).isLessThan(64 * 1024 * 1024);
      }

      assertThat(link.isReady()).isFalse();
      assertThat(link.send(ByteBuffer.allocate(1))).isFalse();
      assertThat(inbox.end()).hasMessageContaining("too slowly");
      assertThat(client.expect(RawClient.BINARY)).hasSize(64 * 1024);
    }
  }

  @Test
  void aPacketThatIsTooLargeIsTheCallersFault() throws Exception {
    try (RawClient client = peer()) {
      Link link = Rig.next(rig.accepted);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> link.send(ByteBuffer.allocate(Settings.MAX_PACKET + 1)));
      link.send(ByteBuffer.wrap(HELLO.clone()));
      assertThat(client.expect(RawClient.BINARY)).isEqualTo(HELLO);
    }
  }

  private URI endpoint() throws Exception {
    return rig.listen("ws://127.0.0.1:0").endpoint();
  }

  private RawClient peer() throws Exception {
    return RawClient.upgraded(endpoint(), "agentchannel.v1");
  }

  private interface Misdeed {
    void by(RawClient client) throws IOException;
  }

  private void assertRefused(int status, String protocol, Misdeed misdeed) throws Exception {
    URI endpoint = endpoint();
    try (RawClient bystander = RawClient.upgraded(endpoint, "agentchannel.v1")) {
      Inbox undisturbed = Inbox.of(Rig.next(rig.accepted));
      try (RawClient client = RawClient.upgraded(endpoint, protocol)) {
        boolean guest = protocol.endsWith("json");
        Inbox inbox = Inbox.of(Rig.next(guest ? rig.guestLinks : rig.accepted));
        misdeed.by(client);

        assertThat(client.expectClose()).isEqualTo(status);
        assertThat(inbox.end())
            .isInstanceOf(AgentException.class)
            .hasMessageContaining(String.valueOf(status));
        assertThat(inbox.packets).isEmpty();
      }
      bystander.frame(RawClient.FIN | RawClient.BINARY, HELLO);
      assertThat(undisturbed.next()).isEqualTo(HELLO);
    }
  }
}
