package io.agentchannel.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TcpProxyTest {
  private LeakCheck leaks;
  private EchoServer server;
  private TcpProxy proxy;
  private final List<Socket> clients = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    leaks = LeakCheck.begin();
    server = new EchoServer();
    proxy = TcpProxy.to("127.0.0.1", server.port());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    proxy.close();
    proxy.close();
    server.close();
    for (Socket client : clients) {
      client.close();
    }
    leaks.assertNothingLeft();
  }

  @Test
  void whatIsSentComesThroughBothWays() throws IOException {
    Socket client = client();

    assertThat(echo(client, "hello")).isEqualTo("hello");
    assertThat(proxy.connections()).isEqualTo(1);
    assertThat(proxy.open()).isEqualTo(1);
    assertThat(proxy.bytes()).isEqualTo(10);
  }

  @Test
  void anEndOfStreamComesThrough() throws IOException {
    Socket client = client();
    client.getOutputStream().write("bye".getBytes(UTF_8));
    client.shutdownOutput();

    assertThat(client.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("bye");
    await().until(() -> proxy.open() == 0);
  }

  @Test
  void aCutResetsConnectionsAndNewOnesWork() throws IOException {
    Socket client = client();
    echo(client, "hello");
    proxy.cut();

    assertBroken(client);
    assertThat(echo(client(), "again")).isEqualTo("again");
    assertThat(proxy.connections()).isEqualTo(2);
  }

  @Test
  void aRefusingProxyKeepsWhatIsOpenAndItsPort() throws IOException {
    Socket client = client();
    echo(client, "hello");
    proxy.refuse();

    for (int i = 0; i < 200; i++) {
      assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
    }
    assertThat(echo(client, "still here")).isEqualTo("still here");
    proxy.accept();
    assertThat(echo(client(), "again")).isEqualTo("again");
  }

  @Test
  void aRestartBreaksEverythingAndKeepsThePort() throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket client = client();
      assertThat(echo(client, "round" + i)).isEqualTo("round" + i);
      proxy.restart();
      assertBroken(client);
    }
  }

  @Test
  void nothingPassesAFrozenProxyAndNothingIsLost() throws IOException {
    Socket client = client();
    echo(client, "hello");
    proxy.freeze();
    client.getOutputStream().write("later".getBytes(UTF_8));
    client.setSoTimeout(100);

    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    proxy.thaw();
    client.setSoTimeout(0);
    assertThat(client.getInputStream().readNBytes(5)).asString(UTF_8).isEqualTo("later");
  }

  @Test
  void freezingWhatIsOpenLeavesNewConnections() throws IOException {
    Socket client = client();
    echo(client, "hello");
    proxy.freezeOpen();
    client.getOutputStream().write("later".getBytes(UTF_8));

    assertThat(echo(client(), "new")).isEqualTo("new");
    proxy.thaw();
    assertThat(client.getInputStream().readNBytes(5)).asString(UTF_8).isEqualTo("later");
  }

  @Test
  void frozenConnectionsCanBeCut() throws IOException {
    Socket client = client();
    echo(client, "hello");
    proxy.freeze();
    client.getOutputStream().write("lost".getBytes(UTF_8));
    proxy.cut();

    assertBroken(client);
  }

  @Test
  void aCutComesAfterExactlySoManyBytes() throws IOException {
    Socket client = client();
    echo(client, "hello");
    server.forget();
    proxy.cutAfterBytes(3);
    client.getOutputStream().write("goodbye".getBytes(UTF_8));

    assertBroken(client);
    await().until(() -> proxy.open() == 0);
    assertThat(server.received()).isIn("", "goo");
    assertThat(echo(client(), "only once")).isEqualTo("only once");
  }

  @Test
  void aServerThatIsAwayBreaksTheConnection() throws IOException {
    server.close();

    assertBroken(client());
  }

  @Test
  void endpointsGoThroughTheProxy() {
    assertThat(proxy.through(URI.create("ws://10.0.0.1:7080/library?x=1")))
        .hasToString("ws://127.0.0.1:" + proxy.port() + "/library?x=1");
  }

  private Socket client() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    clients.add(socket);
    return socket;
  }

  private static String echo(Socket client, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    client.getOutputStream().write(bytes);
    return new String(client.getInputStream().readNBytes(bytes.length), UTF_8);
  }

  private static void assertBroken(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    try {
      assertThat(in.read()).isEqualTo(-1);
    } catch (IOException reset) {
      assertThat(reset).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  /** Sends back what it gets. */
  private static final class EchoServer implements AutoCloseable {
    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final StringBuffer received = new StringBuffer();

    EchoServer() throws IOException {
      listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
      TcpProxy.daemon("agentchannel-test-echo", this::acceptAll);
    }

    int port() {
      return listening.getLocalPort();
    }

    String received() {
      return received.toString();
    }

    void forget() {
      received.setLength(0);
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    }

    private void acceptAll() {
      try {
        while (true) {
          Socket socket = listening.accept();
          open.add(socket);
          TcpProxy.daemon("agentchannel-test-echo", () -> echo(socket));
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }

    private void echo(Socket socket) {
      try (socket) {
        byte[] buffer = new byte[1024];
        int count;
        while ((count = socket.getInputStream().read(buffer)) >= 0) {
          received.append(new String(buffer, 0, count, UTF_8));
          socket.getOutputStream().write(buffer, 0, count);
        }
      } catch (IOException broken) {
        // So it was meant.
      }
    }
  }
}
