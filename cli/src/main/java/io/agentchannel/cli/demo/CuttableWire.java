package io.agentchannel.cli.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on the loopback interface that can be cut, as a cable can: connections are reset, and
 * new ones refused, until it is mended. Thread-safe.
 */
public final class CuttableWire implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final InetSocketAddress far;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong carried = new AtomicLong();
  private final int port;
  private volatile ServerSocket door;

  private CuttableWire(InetSocketAddress far) throws IOException {
    this.far = far;
    this.door = open(0);
    this.port = door.getLocalPort();
  }

  /** Listens at a free port and passes everything to {@code far}. */
  public static CuttableWire to(InetSocketAddress far) throws IOException {
    CuttableWire wire = new CuttableWire(far);
    wire.acceptAt(wire.door);
    return wire;
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** How many connections it has carried so far. */
  public int connections() {
    return connections.get();
  }

  /** How many bytes it has carried, both ways together, since it was last mended. */
  public long carried() {
    return carried.get();
  }

  /** Resets all connections; the next ones are refused. */
  public void cut() {
    close(door);
    for (Socket socket : sockets) {
      try {
        // Zero linger makes close() a reset: nothing that is on its way still arrives.
        socket.setSoLinger(true, 0);
      } catch (IOException gone) {
        // Then there is nothing to reset.
      }
      close(socket);
    }
  }

  /** Takes connections again, at the same port. */
  public void mend() throws IOException {
    carried.set(0);
    door = open(port);
    acceptAt(door);
  }

  @Override
  public void close() {
    cut();
  }

  private static ServerSocket open(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private void acceptAt(ServerSocket open) {
    daemon(
        () -> {
          while (!open.isClosed()) {
            try {
              connect(open.accept(), open);
            } catch (IOException closed) {
              // Cut, or the far side is away; a closed door ends the loop.
            }
          }
        });
  }

  private void connect(Socket near, ServerSocket open) throws IOException {
    Socket beyond = new Socket();
    sockets.add(near);
    sockets.add(beyond);
    try {
      near.setTcpNoDelay(true);
      beyond.setTcpNoDelay(true);
      beyond.connect(far, (int) TimeUnit.SECONDS.toMillis(5));
    } catch (IOException e) {
      drop(near, beyond);
      throw e;
    }
    if (open.isClosed()) {
      drop(near, beyond);
      return;
    }
    connections.incrementAndGet();
    daemon(() -> copy(near, beyond));
    daemon(() -> copy(beyond, near));
  }

  private void copy(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        out.write(chunk, 0, n);
        carried.addAndGet(n);
      }
    } catch (IOException cut) {
      // Both ends learn it by their sockets.
    } finally {
      drop(from, to);
    }
  }

  private void drop(Socket one, Socket other) {
    close(one);
    close(other);
    sockets.remove(one);
    sockets.remove(other);
  }

  private static void close(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // Closed all the same.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "wire");
    thread.setDaemon(true);
    thread.start();
  }
}
