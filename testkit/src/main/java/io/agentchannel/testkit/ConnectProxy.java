package io.agentchannel.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on the loopback address that makes tunnels with CONNECT (RFC 9110, section 9.3.6),
 * for tests of {@code proxy:}. It counts, can demand credentials, and can refuse.
 *
 * <p>It connects to the host that it is asked for, or to {@linkplain #resolve another}: so that a
 * name which only the proxy knows shows that the client has not resolved it.
 *
 * <p>Thread-safe. Runs on daemon threads of its own, which end with their connections and with
 * {@link #close}.
 */
public final class ConnectProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final Thread acceptor;
  private final Set<ConnectTunnel> open = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger tunnels = new AtomicInteger();
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private volatile @Nullable String credentials;
  private volatile @Nullable String answer;
  private volatile boolean closed;

  private ConnectProxy() {
    try {
      listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    acceptor = TcpProxy.daemon("agentchannel-proxy-accept", this::takeAll);
  }

  /** One that makes a tunnel for everybody, on a free port. */
  public static ConnectProxy open() {
    return new ConnectProxy();
  }

  /** What the configuration names it by: {@code http://127.0.0.1:port}. */
  public String uri() {
    return "http://" + listening.getInetAddress().getHostAddress() + ":" + listening.getLocalPort();
  }

  /** The same with a user and a password, which must need no escapes. */
  public String uri(String user, String password) {
    return uri().replace("//", "//" + user + ":" + password + "@");
  }

  /** What it was asked for so far, as {@code host:port} in the words of the clients. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Tunnels made so far. */
  public int tunnels() {
    return tunnels.get();
  }

  /** From now on makes tunnels for this user alone (RFC 7617); others get 407. */
  public void demand(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    credentials = "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** From now on refuses with a status and its phrase: {@code 403 Forbidden}. */
  public void refuse(String status) {
    answer("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
  }

  /** From now on answers every request with these bytes, then hangs up; null: no longer. */
  public void answer(@Nullable String bytes) {
    answer = bytes;
  }

  /** Takes a name for another host's. */
  public void resolve(String name, String host) {
    names.put(name, host);
  }

  /** Resets every connection, both its sides; what is on the way is lost. Takes new ones. */
  public void cut() {
    open.forEach(ConnectTunnel::reset);
  }

  /** Cuts and ends for good. Twice does nothing. */
  @Override
  public void close() {
    closed = true;
    try {
      listening.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    // Until then the system still has the socket, and may take a connection.
    TcpProxy.joinUninterruptibly(acceptor);
    cut();
  }

  private void takeAll() {
    while (!listening.isClosed()) {
      try {
        ConnectTunnel tunnel = new ConnectTunnel(this, listening.accept());
        open.add(tunnel);
        tunnel.start();
        if (closed) {
          tunnel.reset();
        }
      } catch (IOException closedOrReset) {
        // The loop's condition tells which.
      }
    }
  }

  /**
   * Decides on a request.
   *
   * @param credentials its {@code Proxy-Authorization}, or null
   * @return what to answer before hanging up, or null for a tunnel
   */
  @Nullable String refusal(String host, int port, @Nullable String credentials) {
    asked.add(host + ":" + port);
    String demanded = this.credentials;
    if (demanded != null && !demanded.equals(credentials)) {
      return "HTTP/1.1 407 Proxy Authentication Required\r\n"
          + "Proxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";
    }
    return answer;
  }

  InetSocketAddress resolved(String host, int port) {
    return new InetSocketAddress(names.getOrDefault(host, host), port);
  }

  void connected() {
    tunnels.incrementAndGet();
  }

  void ended(ConnectTunnel tunnel) {
    open.remove(tunnel);
  }
}
