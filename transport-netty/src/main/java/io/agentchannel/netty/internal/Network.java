package io.agentchannel.netty.internal;

import io.agentchannel.spi.Binding;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The threads and ports of one running agent, which its transports share. Whoever joins also
 * leaves: with the last one the threads end. Thread-safe; threads are made for the first socket,
 * and are daemons.
 */
public final class Network {
  private static final ReentrantLock REGISTRY = new ReentrantLock();
  private static final Map<Long, Network> NETWORKS = new HashMap<>();

  private final long instance;
  private final EventLoops loops;
  private final Channels incoming = new Channels(Channel::close);
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetSocketAddress, Port> ports = new HashMap<>();
  private int members;

  private Network(long instance, EventLoops loops) {
    this.instance = instance;
    this.loops = loops;
  }

  /** The network of this running agent; made if nobody has it yet. */
  public static Network join(TransportContext context) {
    REGISTRY.lock();
    try {
      Network network =
          NETWORKS.computeIfAbsent(
              context.identity().instance(),
              instance -> new Network(instance, new EventLoops(context.options())));
      network.members++;
      return network;
    } finally {
      REGISTRY.unlock();
    }
  }

  public EventLoops loops() {
    return loops;
  }

  /**
   * Ends a membership. Who is the last gives what is still open this grace to close, ends the
   * threads, and waits for that, unless it is on one of them.
   */
  public void leave(long graceMillis) {
    REGISTRY.lock();
    try {
      if (--members > 0) {
        return;
      }
      NETWORKS.remove(instance);
    } finally {
      REGISTRY.unlock();
    }
    // Connections that nobody has taken over yet; the others are their transports' to close.
    incoming.close();
    if (loops.isCurrent()) {
      loops.close(graceMillis);
    } else {
      incoming.awaitNone(graceMillis);
      loops.close(0);
    }
  }

  /**
   * Takes connections at an endpoint. Users of different schemes share a port, all with TLS or all
   * without; port 0 is always a new one.
   *
   * @return fails with an {@link io.agentchannel.AgentException}
   */
  public CompletableFuture<Binding> listen(PortUser user, TransportContext context) {
    CompletableFuture<Binding> binding = new CompletableFuture<>();
    try {
      context.workers().execute(() -> listen(user, context, binding));
    } catch (RejectedExecutionException closed) {
      binding.completeExceptionally(Problems.listening(user.endpoint(), closed));
    }
    return binding;
  }

  /** On a worker: names are resolved, and certificates read. */
  private void listen(PortUser user, TransportContext context, CompletableFuture<Binding> binding) {
    Endpoint endpoint = user.endpoint();
    try {
      SSLContext tls = endpoint.isTls() ? context.tls().server() : null;
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
      Port port = enter(address, user, context, tls);
      port.bound()
          .whenComplete(
              (socket, failure) -> {
                if (failure != null) {
                  leave(port, user);
                  binding.completeExceptionally(Problems.listening(endpoint, failure));
                } else if (!binding.complete(new Port.Share(this, port, user))) {
                  leave(port, user);
                }
              });
    } catch (UnknownHostException | RuntimeException failure) {
      binding.completeExceptionally(Problems.listening(endpoint, failure));
    }
  }

  private Port enter(
      InetSocketAddress address,
      PortUser user,
      TransportContext context,
      @Nullable SSLContext tls) {
    lock.lock();
    try {
      Port known = ports.get(address);
      if (known != null && known.isTls() == (tls != null) && isFree(known, user)) {
        known.users().add(user);
        return known;
      }
      Port port = new Port(loops, incoming, context, tls);
      port.users().add(user);
      if (known == null && address.getPort() != 0) {
        ports.put(address, port);
      }
      port.bind(address)
          .thenAccept(
              socket -> {
                incoming.add(socket);
                register(socket, port);
              });
      return port;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isFree(Port port, PortUser user) {
    return port.users().stream()
        .noneMatch(other -> other.endpoint().scheme().equals(user.endpoint().scheme()));
  }

  private void register(Channel socket, Port port) {
    if (socket.localAddress() instanceof InetSocketAddress address) {
      lock.lock();
      try {
        if (!port.users().isEmpty()) {
          ports.putIfAbsent(address, port);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** The user takes no more connections there; those that it has stay. Twice does nothing. */
  void leave(Port port, PortUser user) {
    lock.lock();
    try {
      if (!port.users().remove(user) || !port.users().isEmpty()) {
        return;
      }
      ports.values().removeIf(known -> known == port);
    } finally {
      lock.unlock();
    }
    port.close();
  }
}
