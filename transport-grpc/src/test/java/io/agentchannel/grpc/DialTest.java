package io.agentchannel.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.testkit.ConnectProxy;
import io.agentchannel.testkit.TestCertificates;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Reaching an agent, and what is said when that fails. */
@Timeout(30)
class DialTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  @RegisterExtension final ServingAgent agents = new ServingAgent();

  @Test
  void aHostNameIsResolved() {
    Agent agent = agents.start(DialTest::echoing);

    assertThat(echo(agents.caller(), "grpc://localhost:" + port(agent))).isEqualTo("hello");
  }

  @Test
  void aPortWithoutAListenerIsNamed() throws Exception {
    String nobody = "grpc://127.0.0.1:" + freePort();

    assertThat(ServingAgent.trouble(agents.caller(), nobody))
        .isEqualTo(nobody + ": connection refused; is an agent listening there?");
  }

  @Test
  void anUnknownHostNameIsNamed() {
    assertThat(ServingAgent.trouble(agents.caller(), "grpc://no-such-host.invalid:7443"))
        .isEqualTo("grpc://no-such-host.invalid:7443: the host name is not known");
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      assertThat(
              ServingAgent.trouble(
                  agents.caller(Map.of("grpc.connectTimeout", "200ms")),
                  "grpc://127.0.0.1:" + silent.getLocalPort()))
          .contains("no answer within PT0.2S");
    }
  }

  @Test
  void anAttemptThatNobodyWaitsForClosesItsSocket() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Agent caller = agents.caller();
      CompletableFuture<String> call =
          caller
              .channel("grpc://127.0.0.1:" + silent.getLocalPort())
              .requestAsync(ECHO, "hello", CallOptions.defaults());
      try (Socket dialled = silent.accept()) {
        dialled.setSoTimeout(10_000);
        caller.close();
        assertThat(call).isCompletedExceptionally();
        assertThat(isAtEnd(dialled)).isTrue();
      }
    }
  }

  @Test
  void aServerWithoutAnAgentIsNamed() throws Exception {
    Server plain =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
    agents.add(() -> plain.shutdownNow().awaitTermination(5, SECONDS));
    AgentException failure = failure(agents.caller(), "grpc://127.0.0.1:" + plain.getPort());

    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure)
        .hasMessageContaining("has no AgentChannel agent")
        .hasMessageContaining("grpc-native://");
  }

  @Test
  void tlsWhereThereIsNoneAndNoneWhereThereIsAreNamed(@TempDir Path folder) throws Exception {
    Map<String, Object> tls = TestCertificates.of(folder, "ip:127.0.0.1").config();
    Agent plain = agents.start(DialTest::echoing);
    Agent secure = agents.start(tls, b -> echoing(b).listen("grpcs://127.0.0.1:0"));

    assertThat(failure(agents.caller(tls), "grpcs://127.0.0.1:" + port(plain)))
        .hasMessageContaining("grpc://?");
    assertThat(ServingAgent.trouble(agents.caller(), "grpc://127.0.0.1:" + port(secure)))
        .contains("grpcs://?");
    assertThat(echo(agents.caller(tls), "grpcs://127.0.0.1:" + port(secure))).isEqualTo("hello");
  }

  @Test
  void aCertificateForAnotherHostIsRefused(@TempDir Path folder) throws Exception {
    Map<String, Object> tls = TestCertificates.of(folder, "dns:elsewhere.example").config();
    Agent secure = agents.start(tls, b -> echoing(b).listen("grpcs://127.0.0.1:0"));
    AgentException failure = failure(agents.caller(tls), "grpcs://127.0.0.1:" + port(secure));

    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure).hasMessageContaining("the TLS handshake failed");
  }

  @Test
  void agentsShowTheirOwnCertificates() {
    Map<String, Object> tls = Map.of("tls", "agent");
    Agent secure = agents.start(tls, b -> echoing(b).listen("grpcs://127.0.0.1:0"));

    assertThat(echo(agents.caller(tls), "grpcs://localhost:" + port(secure))).isEqualTo("hello");
  }

  @Test
  void aProxyMakesTheTunnelAndResolvesTheName() {
    Agent agent = agents.start(DialTest::echoing);
    ConnectProxy proxy = agents.add(ConnectProxy.open());
    proxy.resolve("library.invalid", "127.0.0.1");
    proxy.demand("ann", "secret");
    Map<String, Object> config = new HashMap<>();
    config.put("proxy", proxy.uri("ann", "secret"));

    assertThat(echo(agents.caller(config), "grpc://library.invalid:" + port(agent)))
        .isEqualTo("hello");
    assertThat(proxy.asked()).contains("library.invalid:" + port(agent));
  }

  @Test
  void aProxyThatRefusesIsNamed() {
    Agent agent = agents.start(DialTest::echoing);
    ConnectProxy proxy = agents.add(ConnectProxy.open());
    proxy.refuse("403 Forbidden");

    assertThat(
            failure(agents.caller(Map.of("proxy", proxy.uri())), "grpc://127.0.0.1:" + port(agent)))
        .hasMessageContaining("the proxy 127.0.0.1")
        .hasMessageContaining("403");
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws Exception {
    assertThat(
            ServingAgent.trouble(
                agents.caller(Map.of("proxy", "http://127.0.0.1:" + freePort())),
                "grpc://library.invalid:7443"))
        .contains("the proxy 127.0.0.1")
        .contains("is it running there?");
  }

  private static AgentBuilder echoing(AgentBuilder builder) {
    return builder.serve(ECHO, (text, call) -> text);
  }

  private static int port(Agent agent) {
    return agent.endpoints().get(0).getPort();
  }

  private static String echo(Agent caller, String endpoint) {
    return caller.channel(endpoint).request(ECHO, "hello");
  }

  private static AgentException failure(Agent caller, String endpoint) {
    return catchThrowableOfType(
        AgentException.class, () -> caller.channel(endpoint).request(ECHO, "hello"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isAtEnd(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // What the attempt had begun with.
      }
      return true;
    } catch (IOException reset) {
      return true;
    }
  }
}
