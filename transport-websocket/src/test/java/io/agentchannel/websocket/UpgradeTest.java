package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.GuestCalls.Visit;
import io.agentchannel.spi.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class UpgradeTest {
  private static final String PACKETS = "Sec-WebSocket-Protocol: agentchannel.v1";
  private static final String JSON = "Sec-WebSocket-Protocol: agentchannel.v1+json";

  @RegisterExtension final Rig rig = new Rig();
  private URI endpoint = URI.create("ws://unset");

  @BeforeEach
  void listen() throws Exception {
    endpoint = rig.listen("ws://127.0.0.1:0").endpoint();
  }

  @Test
  void aPeerIsAcceptedUnderItsSubProtocol() throws Exception {
    assertThat(upgrade(PACKETS))
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("sec-websocket-protocol: agentchannel.v1\r\n")
        .doesNotContainIgnoringCase("sec-websocket-extensions");
    assertThat(Rig.next(rig.accepted).info().scheme()).isEqualTo("ws");
  }

  @Test
  void ourSubProtocolIsFoundAmongOthers() throws Exception {
    assertThat(upgrade("Sec-WebSocket-Protocol: mqtt, agentchannel.v1"))
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("sec-websocket-protocol: agentchannel.v1\r\n");
  }

  @Test
  void compressionIsNotAgreedOn() throws Exception {
    assertThat(upgrade(PACKETS, "Sec-WebSocket-Extensions: permessage-deflate"))
        .startsWith("HTTP/1.1 101 ")
        .doesNotContainIgnoringCase("permessage-deflate");
  }

  @Test
  void aMissingOrUnknownSubProtocolIsToldWhichTwoThereAre() throws Exception {
    for (String header : new String[] {"X-None: 0", "Sec-WebSocket-Protocol: mqtt"}) {
      assertThat(upgrade(header))
          .startsWith("HTTP/1.1 400 ")
          .endsWith(
              "the WebSocket sub-protocol must be agentchannel.v1 (AgentChannel peers) or"
                  + " agentchannel.v1+json (plain clients)\n");
    }
  }

  @Test
  void plainHttpIsToldToUpgrade() throws Exception {
    String answer = ask("GET /index.html HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
        .containsIgnoringCase("upgrade: websocket\r\n")
        .contains("this is an AgentChannel endpoint");
    assertThat(answer.lines().toList()).last().asString().startsWith("this is");
  }

  @Test
  void anotherWebSocketVersionIsToldOurs() throws Exception {
    assertThat(
            ask(
                String.join(
                    "\r\n",
                    "GET / HTTP/1.1",
                    "Host: h",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 8",
                    "Sec-WebSocket-Key: x",
                    "",
                    "")))
        .startsWith("HTTP/1.1 426 ")
        .containsIgnoringCase("sec-websocket-version: 13\r\n");
  }

  @Test
  void whatIsNotHttpIsRefused() throws Exception {
    assertThat(ask("\u0016\u0003\u0001 HELO\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void tooManyHeadersAreRefused() throws Exception {
    assertThat(upgrade(PACKETS, "X-Big: " + "x".repeat(9000))).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aWebPageOfAnotherOriginIsRefused() throws Exception {
    assertThat(upgrade(PACKETS, "Origin: https://evil.example"))
        .startsWith("HTTP/1.1 403 ")
        .endsWith("\r\n\r\nweb pages of this origin are not allowed here\n");
    assertThat(rig.accepted).isEmpty();
  }

  @Test
  void aWebPageOfAnAllowedOriginComesIn() throws Exception {
    rig.allowedOrigin = "https://app.example";

    assertThat(upgrade(PACKETS, "Origin: https://app.example")).startsWith("HTTP/1.1 101 ");
  }

  @Test
  void twoOriginsAreRefused() throws Exception {
    rig.allowedOrigin = "https://app.example";

    assertThat(upgrade(PACKETS, "Origin: https://app.example", "Origin: https://evil.example"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aGuestIsAdmittedByWhatWasSeenOfIt() throws Exception {
    assertThat(
            upgradeAt(
                "/agents/librarian",
                JSON,
                "Origin: https://app.example",
                "Authorization: Bearer s3cret",
                "X-Forwarded-For: 10.0.0.1"))
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("sec-websocket-protocol: agentchannel.v1+json\r\n");
    assertThat(Rig.next(rig.visits))
        .isEqualTo(
            new Visit(
                "ws",
                InetAddress.getLoopbackAddress(),
                "127.0.0.1",
                "https://app.example",
                true,
                "s3cret"));
    Link link = Rig.next(rig.guestLinks);
    assertThat(link.info().local()).isEqualTo(endpoint + "/agents/librarian");
    assertThat(rig.accepted).isEmpty();
  }

  @Test
  void aGuestWithoutTheseHeadersIsSeenWithout() throws Exception {
    upgrade(JSON);

    assertThat(Rig.next(rig.visits))
        .isEqualTo(
            new Visit("ws", InetAddress.getLoopbackAddress(), "127.0.0.1", null, false, null));
  }

  @Test
  void aRefusedGuestIsToldWhyBeforeTheUpgrade() throws Exception {
    rig.guestRefusal =
        new AgentException(Code.UNAUTHENTICATED, Outcome.NOT_SENT, "a token is\r\nneeded");

    assertThat(upgrade(JSON))
        .startsWith("HTTP/1.1 401 ")
        .containsIgnoringCase("www-authenticate: Bearer\r\n")
        .endsWith("\r\n\r\na token is??needed\n");
    rig.guestRefusal =
        new AgentException(Code.PERMISSION_DENIED, Outcome.NOT_SENT, "not from there");
    assertThat(upgrade(JSON)).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\nnot from there\n");
  }

  private String upgrade(String... headers) throws IOException {
    return upgradeAt("/", headers);
  }

  private String upgradeAt(String path, String... headers) throws IOException {
    try (RawClient client = new RawClient(endpoint)) {
      return client.upgrade(path, headers);
    }
  }

  private String ask(String request) throws IOException {
    try (RawClient client = new RawClient(endpoint)) {
      return client.ask(request);
    }
  }
}
