package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class DialTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void aPortWithoutAListenerIsNamed() throws Exception {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = endpoint(socket);
    }

    assertFails(
        nobody, Code.UNAVAILABLE, nobody + ": connection refused; is an agent listening there?");
  }

  @Test
  void aHostNameIsResolved() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0").endpoint();

    Link link = rig.connect(URI.create("ws://localhost:" + endpoint.getPort() + "/librarian"));
    assertThat(link.info().remote())
        .isEqualTo("ws://localhost:" + endpoint.getPort() + "/librarian");
    assertThat(Rig.next(rig.accepted).info().local()).isEqualTo(endpoint + "/librarian");
  }

  @Test
  void anUnknownHostNameIsNamed() {
    assertFails(
        URI.create("ws://no-such-host.invalid:7080"),
        Code.UNAVAILABLE,
        "ws://no-such-host.invalid:7080: the host name is not known");
  }

  @Test
  void anEndpointWithoutAHostIsRefused() {
    assertFails(
        URI.create("ws:///x"),
        Code.INVALID_ARGUMENT,
        "the endpoint must look like ws://host:port, not ws:///x");
  }

  @Test
  void anotherKindOfServerIsNoEndpoint() throws Exception {
    assertAnswer(
        "HTTP/1.1 404 <b>\u001b[31mNo\u001b[0m</b>\r\nContent-Length: 0\r\n\r\n",
        Code.FAILED_PRECONDITION,
        " is not an AgentChannel endpoint (it answered HTTP 404 Not Found)");
  }

  @Test
  void aServerThatMayComeBackIsUnavailable() throws Exception {
    assertAnswer(
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
        Code.UNAVAILABLE,
        " is not an AgentChannel endpoint (it answered HTTP 503 Service Unavailable)");
  }

  @Test
  void aServerThatSelectsNoSubProtocolIsNoEndpoint() throws Exception {
    assertAnswer(
        switching("X-None: 0"),
        Code.FAILED_PRECONDITION,
        " is not an AgentChannel endpoint (it answered without a sub-protocol)");
  }

  @Test
  void aServerThatSelectsAnotherSubProtocolIsNoEndpoint() throws Exception {
    assertAnswer(
        switching("Sec-WebSocket-Protocol: mqtt"),
        Code.FAILED_PRECONDITION,
        " is not an AgentChannel endpoint (it answered with the sub-protocol 'mqtt')");
  }

  @Test
  void aServerThatDoesNotProveTheUpgradeIsNoEndpoint() throws Exception {
    assertAnswer(
        switching("Sec-WebSocket-Protocol: agentchannel.v1"),
        Code.FAILED_PRECONDITION,
        " is not an AgentChannel endpoint (it answered with a broken upgrade: ");
  }

  @Test
  void whatIsNotHttpIsNoEndpoint() throws Exception {
    assertAnswer(
        "220 mail.example ESMTP\r\n\r\n",
        Code.FAILED_PRECONDITION,
        " does not speak HTTP; is it wss://?");
  }

  @Test
  void aServerThatHangsUpIsUnavailable() throws Exception {
    assertAnswer("", Code.UNAVAILABLE, " the connection was closed before it was upgraded");
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    rig.options.put("websocket.connectTimeout", Duration.ofMillis(100));
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFails(
          endpoint(silent), Code.UNAVAILABLE, endpoint(silent) + ": no answer within PT0.1S");
      try (Socket abandoned = silent.accept()) {
        assertEnds(abandoned);
      }
    }
  }

  @Test
  void cancellingGivesTheAttemptUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Link> attempt =
          rig.transport().connect(endpoint(silent), null, rig).toCompletableFuture();
      try (Socket abandoned = silent.accept()) {
        attempt.cancel(true);
        assertEnds(abandoned);
      }
    }
  }

  @Test
  void cancellingAtOnceLeavesNoLink() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0").endpoint();
    for (int i = 0; i < 50; i++) {
      CompletableFuture<Link> attempt =
          rig.transport().connect(endpoint, null, rig).toCompletableFuture();
      if (!attempt.cancel(true)) {
        // It was quicker: there is a link, and whoever has it closes it.
        attempt.join().close();
      }
    }
    // One that is not cancelled comes after all that were.
    rig.connect(endpoint).send(ByteBuffer.wrap(new byte[] {1}));

    boolean alive = false;
    while (!alive) {
      alive = Inbox.of(Rig.next(rig.accepted)).heard.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aLinkThatIsThereAtOnceStays() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0").endpoint();
    for (int i = 0; i < 500; i++) {
      Link near = rig.connect(endpoint);
      Inbox.of(near);
      Inbox atFar = Inbox.of(Rig.next(rig.accepted));
      near.send(ByteBuffer.wrap(new byte[] {1}));

      assertThat(atFar.next()).containsExactly(1);
      near.close();
      assertThat(atFar.end()).isNull();
    }
  }

  @Test
  void aClosedTransportConnectsNoMore() {
    rig.transport().close();
    rig.transport().close();

    assertFails(
        URI.create("ws://127.0.0.1:1"), Code.UNAVAILABLE, "the WebSocket transport is closed");
  }

  @Test
  void aMessageCapBelowAPacketIsRefused() {
    rig.options.put("websocket.maxMessage", 1000L);

    assertThatThrownBy(() -> rig.connect(URI.create("ws://127.0.0.1:1")))
        .isInstanceOf(AgentException.class)
        .hasMessageStartingWith("websocket.maxMessage: must be from 131072 to 67108864 bytes");
  }

  private static String switching(String header) {
    return String.join(
        "\r\n",
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: x",
        header,
        "",
        "");
  }

  private void assertAnswer(String answer, Code code, String message) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  byte[] request = new byte[4096];
                  assertThat(socket.getInputStream().read(request)).isPositive();
                  assertThat(new String(request, StandardCharsets.ISO_8859_1))
                      .doesNotContainIgnoringCase("\r\norigin:")
                      .containsIgnoringCase("sec-websocket-protocol: agentchannel.v1\r\n");
                  socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                  socket.getOutputStream().flush();
                } catch (IOException failure) {
                  throw new UncheckedIOException(failure);
                }
              });
      assertThatThrownBy(() -> rig.connect(endpoint(server)))
          .isInstanceOfSatisfying(
              AgentException.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(code);
                assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
              })
          .hasMessageStartingWith(endpoint(server) + ":" + message);
      Rig.get(served);
    }
  }

  private void assertFails(URI endpoint, Code code, String message) {
    assertThatThrownBy(() -> rig.connect(endpoint))
        .isInstanceOfSatisfying(
            AgentException.class, failure -> assertThat(failure.code()).isEqualTo(code))
        .hasMessage(message);
  }

  /** What the upgrade asked is read, then the end. */
  private static void assertEnds(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    socket.getInputStream().readAllBytes();
  }

  private static URI endpoint(ServerSocket socket) {
    return URI.create("ws://127.0.0.1:" + socket.getLocalPort());
  }
}
