package io.agentchannel.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/**
 * Java-WebSocket at both ends, as its documentation shows it, with TCP_NODELAY: what the targets
 * are measured against. Its server may leave a reply unsent until something else makes it write
 * (1.6.0), which shows as a {@link StalledException}.
 */
final class JavaWebSocketSubject implements RawSubject {
  private final Server server;
  private final Client client;

  private JavaWebSocketSubject(Server server, Client client) {
    this.server = server;
    this.client = client;
  }

  static JavaWebSocketSubject open() throws InterruptedException {
    Server server = new Server();
    server.setTcpNoDelay(true);
    server.setReuseAddr(true);
    server.start();
    if (!server.started.await(10, TimeUnit.SECONDS)) {
      throw new StalledException("Java-WebSocket's server does not start");
    }
    return new JavaWebSocketSubject(server, connect(server));
  }

  private static Client connect(Server server) throws InterruptedException {
    Client client = new Client(URI.create("ws://127.0.0.1:" + server.getPort()));
    client.setTcpNoDelay(true);
    if (!client.connectBlocking(10, TimeUnit.SECONDS)) {
      throw new StalledException("Java-WebSocket's client does not connect");
    }
    return client;
  }

  @Override
  public void loop(int count, int atOnce, @Nullable Histogram nanos) {
    byte[] message = new byte[MESSAGE_BYTES];
    ClosedLoop loop = new ClosedLoop(count, () -> client.send(message), nanos);
    client.onMessage = loop::onReply;
    loop.run(atOnce);
  }

  @Override
  public void stream(int count) {
    Arrivals arrivals = new Arrivals(count);
    client.onMessage = arrivals::add;
    client.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, count));
    arrivals.await();
  }

  @Override
  public AutoCloseable connectAnother() throws InterruptedException {
    return connect(server)::closeBlocking;
  }

  @Override
  public void close() {
    try {
      client.closeBlocking();
      server.stop(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends every message back; one of four bytes asks for that many messages instead. */
  private static final class Server extends WebSocketServer {
    final CountDownLatch started = new CountDownLatch(1);

    Server() {
      super(new InetSocketAddress("127.0.0.1", 0));
      setDaemon(true);
    }

    @Override
    public void onMessage(WebSocket peer, ByteBuffer message) {
      if (message.remaining() != Integer.BYTES) {
        peer.send(message);
        return;
      }
      byte[] item = new byte[MESSAGE_BYTES];
      for (int left = message.getInt(); left > 0; left--) {
        peer.send(item);
      }
    }

    @Override
    public void onMessage(WebSocket peer, String text) {
      throw new IllegalStateException("nobody sends texts here");
    }

    @Override
    public void onStart() {
      started.countDown();
    }

    @Override
    public void onOpen(WebSocket peer, ClientHandshake handshake) {}

    @Override
    public void onClose(WebSocket peer, int code, String reason, boolean remote) {}

    @Override
    public void onError(@Nullable WebSocket peer, Exception failure) {}
  }

  private static final class Client extends WebSocketClient {
    volatile Runnable onMessage = () -> {};

    Client(URI uri) {
      super(uri);
      setDaemon(true);
    }

    @Override
    public void onMessage(ByteBuffer message) {
      onMessage.run();
    }

    @Override
    public void onMessage(String text) {
      throw new IllegalStateException("nobody sends texts here");
    }

    @Override
    public void onOpen(ServerHandshake handshake) {}

    @Override
    public void onClose(int code, String reason, boolean remote) {}

    @Override
    public void onError(Exception failure) {}
  }
}
