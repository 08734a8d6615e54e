package io.agentchannel.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 proxy in front of servers, as there are in companies and clouds: it passes whole
 * messages on, so nothing trickles through; it may swallow responses, close connections over which
 * nothing moves, and give each request to another server. Thread-safe; runs on daemon threads that
 * end with it.
 */
final class HttpProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final List<InetSocketAddress> targets;
  private final int dropEvery;
  private final int idleMillis;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Queue<byte[]> seen = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger responses = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicInteger misdirected = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();

  private HttpProxy(List<InetSocketAddress> targets, int dropEvery, int idleMillis) {
    this.targets = targets;
    this.dropEvery = dropEvery;
    this.idleMillis = idleMillis;
    try {
      this.listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    daemon(this::takeAll);
  }

  /** Swallows one response in so many, and closes connections that are idle for so long. */
  static HttpProxy lossy(int port, int dropEvery, int idleMillis) {
    return new HttpProxy(List.of(at(port)), dropEvery, idleMillis);
  }

  /** Gives requests to the servers in turn. */
  static HttpProxy balancing(int... ports) {
    return new HttpProxy(
        java.util.Arrays.stream(ports).mapToObj(HttpProxy::at).toList(), 0, 60_000);
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Responses that it swallowed. */
  int dropped() {
    return dropped.get();
  }

  /** Responses in which a server has said that another one is meant (421). */
  int misdirected() {
    return misdirected.get();
  }

  /** Connections that it closed while a request waited for its response. */
  int cut() {
    return cut.get();
  }

  /** Whole requests, in the order in which they came. */
  List<byte[]> seen() {
    return List.copyOf(seen);
  }

  /** Responses that servers have sent. */
  int responses() {
    return responses.get();
  }

  private void takeAll() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        daemon(() -> serve(client));
      } catch (IOException closedOrReset) {
        // The loop's condition tells which.
      }
    }
  }

  private void serve(Socket client) {
    Socket[] servers = new Socket[targets.size()];
    InputStream[] fromServers = new InputStream[targets.size()];
    try (client) {
      client.setTcpNoDelay(true);
      client.setSoTimeout(idleMillis);
      InputStream fromClient = new BufferedInputStream(client.getInputStream());
      while (true) {
        byte[] request = message(fromClient, /* isRequest= */ true);
        seen.add(request);
        int turn = Math.floorMod(requests.getAndIncrement(), targets.size());
        Socket server = servers[turn];
        if (server == null) {
          server = new Socket();
          servers[turn] = server;
          open.add(server);
          server.connect(targets.get(turn));
          server.setTcpNoDelay(true);
          server.setSoTimeout(idleMillis);
          fromServers[turn] = new BufferedInputStream(server.getInputStream());
        }
        server.getOutputStream().write(request);
        byte[] response;
        try {
          response = message(fromServers[turn], /* isRequest= */ false);
        } catch (SocketTimeoutException idle) {
          cut.incrementAndGet();
          return;
        }
        int number = responses.incrementAndGet();
        if (new String(response, 0, 12, StandardCharsets.ISO_8859_1).endsWith("421")) {
          misdirected.incrementAndGet();
        }
        if (dropEvery > 0 && number % dropEvery == 0) {
          dropped.incrementAndGet();
          return;
        }
        client.getOutputStream().write(response);
      }
    } catch (IOException ended) {
      // So does the other side.
    } finally {
      open.remove(client);
      for (Socket server : servers) {
        close(server);
      }
    }
  }

  private void close(Socket socket) {
    if (socket != null) {
      open.remove(socket);
      try {
        socket.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  /** One whole message; bodies have a length, or there is none. */
  private static byte[] message(InputStream from, boolean isRequest) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    int tail = 0;
    while (tail != 0x0d0a0d0a) {
      int next = from.read();
      if (next < 0) {
        throw new EOFException();
      }
      whole.write(next);
      tail = tail << 8 | next;
    }
    String head = whole.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    int at = head.indexOf("\r\ncontent-length:");
    if (at >= 0) {
      String length = head.substring(at + 17, head.indexOf('\r', at + 2)).strip();
      byte[] body = from.readNBytes(Integer.parseInt(length));
      whole.write(body);
    } else if (!isRequest && !head.startsWith("http/1.1 204")) {
      throw new IOException("a response without a length");
    }
    return whole.toByteArray();
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "agentchannel-http-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    open.forEach(this::close);
  }
}
