package io.agentchannel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.spi.Link;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Java-WebSocket, which shares no code with us, at the other end. */
@Timeout(30)
class ForeignPeersTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void aPlainClientConversesInTexts() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0").endpoint();
    Client client = new Client(endpoint, "agentchannel.v1+json");
    try {
      assertThat(client.connectBlocking(10, SECONDS)).isTrue();
      Link link = Rig.next(rig.guestLinks);
      Inbox inbox = Inbox.of(link);
      client.send("{\"kind\":\"\u00f6\ud83d\ude00\"}");

      assertThat(new String(inbox.next(), UTF_8)).isEqualTo("{\"kind\":\"\u00f6\ud83d\ude00\"}");
      String large = "\u00e4".repeat(1_000_000);
      link.send(ByteBuffer.wrap(large.getBytes(UTF_8)));
      assertThat(Rig.next(client.messages)).isEqualTo(large);
    } finally {
      client.closeBlocking();
    }
  }

  @Test
  void aPlainClientSeesTheOrderlyClose() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0").endpoint();
    Client client = new Client(endpoint, "agentchannel.v1+json");
    assertThat(client.connectBlocking(10, SECONDS)).isTrue();
    Rig.next(rig.guestLinks).close();

    assertThat(client.closed.await(10, SECONDS)).isTrue();
    assertThat(client.closeCode).isEqualTo(1000);
    client.closeBlocking();
  }

  @Test
  void packetsReachAForeignServerAndComeBack() throws Exception {
    Server server = new Server("agentchannel.v1");
    try {
      Link link = rig.connect(server.endpoint());
      Inbox inbox = Inbox.of(link);
      for (int size : new int[] {1, 125, 126, 0xffff, 0x10000, Settings.MAX_PACKET}) {
        byte[] packet = new byte[size];
        packet[0] = (byte) size;
        link.send(ByteBuffer.wrap(packet.clone()));
        assertThat(inbox.next()).isEqualTo(packet);
      }
      link.close();
      assertThat(inbox.end()).isNull();
    } finally {
      server.stop(1000);
    }
  }

  @Test
  void aForeignServerThatSendsTooMuchIsCutOff() throws Exception {
    Server server = new Server("agentchannel.v1");
    try {
      Inbox inbox = Inbox.of(rig.connect(server.endpoint()));
      WebSocket connection = Rig.next(server.connections);
      connection.send(new byte[Settings.MAX_PACKET + 1]);

      assertThat(inbox.end()).isInstanceOf(AgentException.class).hasMessageContaining("1009");
      assertThat(Rig.next(server.closeCodes)).isEqualTo(1009);
    } finally {
      server.stop(1000);
    }
  }

  @Test
  void aForeignServerWithoutOurSubProtocolIsNoEndpoint() throws Exception {
    Server server = new Server("");
    try {
      assertThatThrownBy(() -> rig.connect(server.endpoint()))
          .isInstanceOf(AgentException.class)
          .hasMessage(
              server.endpoint()
                  + ": is not an AgentChannel endpoint (it answered without a sub-protocol)");
    } finally {
      server.stop(1000);
    }
  }

  private static Draft draft(String protocol) {
    List<IProtocol> protocols = List.of(new Protocol(protocol));
    return new Draft_6455(List.of(), protocols);
  }

  private static final class Client extends WebSocketClient {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile int closeCode;

    Client(URI endpoint, String protocol) {
      super(endpoint, draft(protocol));
    }

    @Override
    public void onOpen(ServerHandshake handshake) {}

    @Override
    public void onMessage(String message) {
      messages.add(message);
    }

    @Override
    public void onClose(int code, String reason, boolean remote) {
      closeCode = code;
      closed.countDown();
    }

    @Override
    public void onError(Exception failure) {}
  }

  /** Sends every binary message back. */
  private static final class Server extends WebSocketServer {
    final BlockingQueue<WebSocket> connections = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();
    private final CountDownLatch started = new CountDownLatch(1);

    Server(String protocol) throws InterruptedException {
      super(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, List.of(draft(protocol)));
      start();
      assertThat(started.await(10, SECONDS)).isTrue();
    }

    URI endpoint() {
      return URI.create("ws://127.0.0.1:" + getPort());
    }

    @Override
    public void onStart() {
      started.countDown();
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {
      connections.add(connection);
    }

    @Override
    public void onMessage(WebSocket connection, String message) {}

    @Override
    public void onMessage(WebSocket connection, ByteBuffer message) {
      connection.send(message);
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
      closeCodes.add(code);
    }

    @Override
    public void onError(WebSocket connection, Exception failure) {}
  }
}
