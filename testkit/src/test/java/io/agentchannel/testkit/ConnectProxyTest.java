package io.agentchannel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ConnectProxyTest {
  private static final String USER_ANN = "Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n";

  private final LeakCheck leaks = LeakCheck.begin();
  private final ConnectProxy proxy = ConnectProxy.open();

  @AfterEach
  void leaveNothing() {
    proxy.close();
    proxy.close();
    leaks.assertNothingLeft();
  }

  @Test
  void bytesPassBothWaysAndSoDoEnds() throws Exception {
    proxy.resolve("nowhere.invalid", "127.0.0.1");
    try (ServerSocket server = listen();
        Socket client = client()) {
      assertThat(ask(client, "nowhere.invalid:" + server.getLocalPort(), ""))
          .startsWith("HTTP/1.1 200 ");
      try (Socket taken = server.accept()) {
        client.getOutputStream().write("up".getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        assertThat(taken.getInputStream().readAllBytes()).asString().isEqualTo("up");
        taken.getOutputStream().write("down".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("down");
      assertThat(proxy.asked()).containsExactly("nowhere.invalid:" + server.getLocalPort());
      assertThat(proxy.tunnels()).isEqualTo(1);
    }
  }

  @Test
  void credentialsAreDemanded() throws Exception {
    proxy.demand("ann", "secret");
    try (ServerSocket server = listen();
        Socket stranger = client();
        Socket ann = client()) {
      String target = "127.0.0.1:" + server.getLocalPort();
      assertThat(ask(stranger, target, "")).startsWith("HTTP/1.1 407 ");
      assertThat(ask(ann, target, USER_ANN)).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.tunnels()).isEqualTo(1);
      server.accept().close();
    }
  }

  @Test
  void whatCannotBeReachedIsABadGateway() throws Exception {
    int port;
    try (ServerSocket gone = listen()) {
      port = gone.getLocalPort();
    }
    try (Socket client = client()) {
      assertThat(ask(client, "127.0.0.1:" + port, "")).startsWith("HTTP/1.1 502 ");
    }
  }

  @Test
  void itMakesTunnelsAndNothingElse() throws Exception {
    try (Socket client = client()) {
      client
          .getOutputStream()
          .write("GET http://a/ HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(head(client)).startsWith("HTTP/1.1 405 ");
    }
  }

  @Test
  void aCutEndsTheTunnelsAndNewOnesAreMade() throws Exception {
    try (ServerSocket server = listen();
        Socket first = client()) {
      String target = "127.0.0.1:" + server.getLocalPort();
      ask(first, target, "");
      try (Socket taken = server.accept()) {
        proxy.cut();
        assertThat(hasEnded(taken)).isTrue();
      }
      assertThat(hasEnded(first)).isTrue();

      try (Socket second = client()) {
        assertThat(ask(second, target, "")).startsWith("HTTP/1.1 200 ");
        server.accept().close();
      }
    }
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private Socket client() throws IOException {
    URI at = URI.create(proxy.uri());
    Socket client = new Socket(at.getHost(), at.getPort());
    client.setSoTimeout(10_000);
    return client;
  }

  private static String ask(Socket client, String target, String header) throws IOException {
    String request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + header;
    client.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
    return head(client);
  }

  private static String head(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = client.getInputStream().read();
      assertThat(next).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  /** An end or a reset, and no time-out. */
  private static boolean hasEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }
}
