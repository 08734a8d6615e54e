package io.agentchannel.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on the loopback address between a client and a TCP server, to break what passes: cut,
 * refuse, freeze, and all that again. It knows nothing of the protocol.
 *
 * <p>Thread-safe. Runs on daemon threads of its own, which end with their connections and with
 * {@link #close}.
 */
public final class TcpProxy implements AutoCloseable {
  private final InetSocketAddress target;
  private final InetAddress loopback = InetAddress.getLoopbackAddress();

  /** Keeps the port ours while nobody listens at it; it never listens itself. */
  private final Socket reservation;

  private final int port;
  private final Set<TcpTunnel> tunnels = ConcurrentHashMap.newKeySet();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition thawed = lock.newCondition();
  private boolean frozen;
  private @Nullable ServerSocket listening;
  private @Nullable Thread acceptor;
  private volatile boolean closed;

  private TcpProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.reservation = new Socket();
    // A port that is only left closed can be given to someone else, and a client that connects to
    // its own ephemeral port even reaches itself.
    reservation.setReuseAddress(true);
    reservation.bind(new InetSocketAddress(loopback, 0));
    this.port = reservation.getLocalPort();
  }

  /** A proxy in front of a server, which need not be there yet; it takes connections at once. */
  public static TcpProxy to(String host, int port) {
    try {
      TcpProxy proxy = new TcpProxy(InetSocketAddress.createUnresolved(host, port));
      proxy.accept();
      return proxy;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A proxy in front of the server of an endpoint, whose URI has a host and a port. */
  public static TcpProxy to(URI endpoint) {
    return to(endpoint.getHost(), endpoint.getPort());
  }

  /** Where the proxy listens, on the loopback address; the same for all its life. */
  public int port() {
    return port;
  }

  /** An endpoint of the server, by way of the proxy. */
  public URI through(URI endpoint) {
    try {
      return new URI(
          endpoint.getScheme(),
          endpoint.getUserInfo(),
          loopback.getHostAddress(),
          port,
          endpoint.getPath(),
          endpoint.getQuery(),
          endpoint.getFragment());
    } catch (URISyntaxException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }

  /** Connections taken so far. */
  public long connections() {
    return connections.get();
  }

  /** Connections that are open now. */
  public int open() {
    return tunnels.size();
  }

  /** Bytes passed on so far, both ways. */
  public long bytes() {
    return bytes.get();
  }

  /** Resets every connection, both its sides; what is on the way is lost. Takes new ones. */
  public void cut() {
    tunnels.forEach(TcpTunnel::reset);
  }

  /** Cuts once, after exactly so many more bytes: in the middle of whatever passes. */
  public void cutAfterBytes(long count) {
    cutAt.set(bytes.get() + count);
  }

  /** Refuses new connections; those that are open stay. */
  public void refuse() {
    lock.lock();
    try {
      if (listening != null && acceptor != null) {
        listening.close();
        // Until then the system still has the socket.
        joinUninterruptibly(acceptor);
        listening = null;
        acceptor = null;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      lock.unlock();
    }
  }

  /** Takes connections again, at the same port. */
  public void accept() {
    lock.lock();
    try {
      if (listening == null && !closed) {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(loopback, port), 256);
        listening = socket;
        acceptor = daemon("agentchannel-proxy-accept", () -> takeAll(socket));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing pass on the connections that are open now, and tells nobody; new ones work. */
  public void freezeOpen() {
    lock.lock();
    try {
      tunnels.forEach(TcpTunnel::freeze);
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing pass either way, and tells nobody; connections are still taken. */
  public void freeze() {
    lock.lock();
    try {
      frozen = true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets pass again, nothing having been lost. */
  public void thaw() {
    lock.lock();
    try {
      frozen = false;
      tunnels.forEach(TcpTunnel::thaw);
      thawed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Cuts, and listens anew: what the end of a proxy's process and its next start look like. */
  public void restart() {
    refuse();
    cut();
    accept();
  }

  /** Cuts and ends for good; the port is free. Twice does nothing. */
  @Override
  public void close() {
    closed = true;
    refuse();
    cut();
    thaw();
    try {
      reservation.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Closes with a reset where there is anything to lose. */
  static void abort(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
    } catch (IOException closedMeanwhile) {
      // That is all that was wanted.
    }
  }

  /** Waits while frozen; called by tunnels with bytes in hand. */
  void passFreeze(TcpTunnel tunnel) {
    lock.lock();
    try {
      while ((frozen || tunnel.isFrozen()) && !closed && tunnels.contains(tunnel)) {
        thawed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many of the bytes may pass; fewer than asked for: then the tunnel cuts. */
  int admit(int count) {
    long before = bytes.getAndAdd(count);
    long limit = cutAt.get();
    return before + count <= limit ? count : (int) Math.max(0, limit - before);
  }

  void limitReached() {
    long limit = cutAt.get();
    cut();
    // After the cut: until then nothing may pass the other way either.
    cutAt.compareAndSet(limit, Long.MAX_VALUE);
  }

  void ended(TcpTunnel tunnel) {
    lock.lock();
    try {
      if (tunnels.remove(tunnel)) {
        thawed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void takeAll(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        take(socket.accept());
      } catch (IOException refusedOrReset) {
        // The loop's condition tells which.
      }
    }
  }

  private void take(Socket client) throws IOException {
    connections.incrementAndGet();
    TcpTunnel tunnel = new TcpTunnel(this, client);
    tunnels.add(tunnel);
    tunnel.start(new InetSocketAddress(target.getHostString(), target.getPort()));
    if (closed) {
      tunnel.reset();
    }
  }
}
