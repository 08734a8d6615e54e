package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.Link;
import io.agentchannel.testkit.ConnectProxy;
import io.agentchannel.testkit.TestCertificates;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links through a proxy that makes tunnels; the name is one that only the proxy knows. */
@Timeout(30)
class ProxyTest {
  private static final String NAME = "library.invalid";

  @RegisterExtension final Rig rig = new Rig();
  private ConnectProxy proxy;
  private URI there = URI.create("ws://unset");

  @BeforeEach
  void listenAndStandBetween() throws Exception {
    proxy = ConnectProxy.open();
    proxy.resolve(NAME, "127.0.0.1");
    use(proxy, null, null);
    int port = rig.listen("ws://127.0.0.1:0").endpoint().getPort();
    there = URI.create("ws://" + NAME + ":" + port + "/librarian");
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void packetsGoThroughATunnelToANameThatTheProxyResolves() throws Exception {
    Link near = rig.connect(there);

    assertCarries(near);
    assertThat(near.info().remote()).isEqualTo(there.toString());
    assertThat(proxy.asked()).containsExactly(NAME + ":" + there.getPort());
    assertThat(proxy.tunnels()).isEqualTo(1);
  }

  @Test
  void tlsGoesThroughATunnelAndChecksTheEndpointsName(@TempDir Path folder) throws Exception {
    rig.tls = TestCertificates.of(folder, "dns:" + NAME);
    int port = rig.listen("wss://127.0.0.1:0").endpoint().getPort();

    assertCarries(rig.connect(URI.create("wss://" + NAME + ":" + port)));
    assertThat(proxy.asked()).containsExactly(NAME + ":" + port);

    assertThatThrownBy(() -> rig.connect(URI.create("wss://127.0.0.1:" + port)))
        .isInstanceOf(AgentException.class)
        .hasMessageStartingWith("wss://127.0.0.1:" + port + ": the TLS handshake failed: ");
    assertThat(proxy.tunnels()).isEqualTo(2);
  }

  @Test
  void anIpv6AddressIsAskedForInBrackets() {
    proxy.refuse("403 No");

    assertThatThrownBy(() -> rig.connect(URI.create("ws://[::1]:7080")))
        .isInstanceOf(AgentException.class);
    assertThat(proxy.asked()).containsExactly("::1:7080");
  }

  @Test
  void theProxyIsToldTheUserAndThePassword() throws Exception {
    proxy.demand("ann", "pä:ss");
    use(proxy, "ann", "pä:ss");

    assertCarries(rig.connect(there));
  }

  @Test
  void missingCredentialsAreOneLine() {
    proxy.demand("ann", "secret");

    assertFails(
        Code.FAILED_PRECONDITION,
        "wants a user and a password (407); set proxy to http://user:password@host:port");
  }

  @Test
  void wrongCredentialsAreOneLineWithoutThem() {
    proxy.demand("ann", "secret");
    use(proxy, "ann", "s3cr3t");

    assertFails(
        Code.FAILED_PRECONDITION, "does not take this user and password (407); correct proxy");
  }

  @ParameterizedTest
  @CsvSource({
    "403 <b>No</b>, FAILED_PRECONDITION, HTTP 403 Forbidden",
    "405 x, FAILED_PRECONDITION, HTTP 405 Method Not Allowed",
    "301 x, FAILED_PRECONDITION, HTTP 301 Moved Permanently",
    "204 x, FAILED_PRECONDITION, HTTP 204 No Content",
    "502 Bad Gateway, UNAVAILABLE, HTTP 502 Bad Gateway",
    "504 x, UNAVAILABLE, HTTP 504 Gateway Timeout",
  })
  void aRefusalNamesTheProxysAnswer(String status, Code code, String shown) {
    proxy.refuse(status);

    assertFails(code, "made no connection (it answered " + shown + ")");
  }

  @Test
  void anEndpointThatTheProxyCannotReachIsUnavailable() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      there = URI.create("ws://" + NAME + ":" + socket.getLocalPort());
    }

    assertFails(Code.UNAVAILABLE, "made no connection (it answered HTTP 502 Bad Gateway)");
  }

  @Test
  void whatIsNoProxyIsNamed() {
    proxy.answer("220 mail.example ESMTP\r\n\r\n");

    assertFails(Code.FAILED_PRECONDITION, "does not speak HTTP; is it an HTTP proxy?");
  }

  @Test
  void aProxyThatHangsUpIsUnavailable() {
    proxy.answer("");

    assertFails(Code.UNAVAILABLE, "closed the connection");
  }

  @Test
  void aProxyThatIsNotThereIsNamed() {
    proxy.close();

    assertFails(Code.UNAVAILABLE, "refused the connection; is it running there?");
  }

  @Test
  void aProxyWithAnUnknownNameIsNamed() {
    rig.proxy = new HttpProxy("no-such-proxy.invalid", 3128, null, null);

    assertFails(Code.UNAVAILABLE, "has a host name that is not known");
  }

  @Test
  void aProxyThatSaysNothingIsGivenUp() throws Exception {
    rig.options.put("websocket.connectTimeout", Duration.ofMillis(100));
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.proxy = new HttpProxy("127.0.0.1", silent.getLocalPort(), null, null);

      assertThatThrownBy(() -> rig.connect(there))
          .isInstanceOf(AgentException.class)
          .hasMessage("ws://" + NAME + ":" + there.getPort() + ": no answer within PT0.1S");
      try (Socket abandoned = silent.accept()) {
        abandoned.setSoTimeout(10_000);
        abandoned.getInputStream().readAllBytes();
      }
    }
  }

  @Test
  void cancellingGivesTheTunnelUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.proxy = new HttpProxy("127.0.0.1", silent.getLocalPort(), null, null);
      CompletableFuture<Link> attempt =
          rig.transport().connect(there, null, rig).toCompletableFuture();
      try (Socket abandoned = silent.accept()) {
        attempt.cancel(true);
        abandoned.setSoTimeout(10_000);
        abandoned.getInputStream().readAllBytes();
      }
    }
  }

  private void use(ConnectProxy used, String user, String password) {
    int port = URI.create(used.uri()).getPort();
    rig.proxy = new HttpProxy("127.0.0.1", port, user, password);
  }

  private void assertCarries(Link near) throws Exception {
    Inbox atNear = Inbox.of(near);
    Link far = Rig.next(rig.accepted);
    Inbox atFar = Inbox.of(far);
    near.send(ByteBuffer.wrap(new byte[] {1, 2}));
    far.send(ByteBuffer.wrap(new byte[] {3, 4}));

    assertThat(atFar.next()).containsExactly(1, 2);
    assertThat(atNear.next()).containsExactly(3, 4);
  }

  private void assertFails(Code code, String message) {
    assertThatThrownBy(() -> rig.connect(there))
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            })
        .hasMessage(
            "ws://" + NAME + ":" + there.getPort() + ": the proxy " + rig.proxy + " " + message);
  }
}
