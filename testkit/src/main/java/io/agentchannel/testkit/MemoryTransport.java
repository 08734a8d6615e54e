package io.agentchannel.testkit;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Links within one process: the reference for authors of transports, and what tests of agents use
 * in place of a network. Packets are handed over without a copy.
 *
 * <p>Endpoints are {@code memory://name}; {@code memory:name} is the same. {@code memory://*} takes
 * a free name, as port 0 does elsewhere. A path may name the agent, as with any transport, and is
 * not looked at here. Names are shared by the whole process, see {@link MemoryNetwork}, which also
 * cuts and refuses links.
 *
 * <p>Each instance delivers on one daemon thread, which starts with the first link and ends after
 * {@link #close}. Links are bounded: past 1 MiB in the other's inbox they are not ready, past 16
 * MiB they break. Left out on purpose: latency, loss and reordering, which {@link HostileTransport}
 * adds to any transport.
 */
public final class MemoryTransport implements Transport {
  private final EventLoop loop = new EventLoop();
  private final Set<MemoryLink> links = ConcurrentHashMap.newKeySet();
  private final Set<MemoryBinding> bindings = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    return stage(
        () -> {
          MemoryLink link = MemoryNetwork.connect(MemoryNetwork.nameOf(endpoint), loop, links);
          if (closed) {
            link.close();
          }
          return link;
        });
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return stage(
        () -> {
          MemoryBinding binding = new MemoryBinding(endpoint, context);
          bindings.add(binding);
          if (closed) {
            binding.close();
          }
          return binding;
        });
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(bindings).forEach(MemoryBinding::close);
    List.copyOf(links).forEach(MemoryLink::close);
    loop.close();
  }

  private <T> CompletionStage<T> stage(Supplier<T> work) {
    if (closed) {
      return CompletableFuture.failedFuture(
          MemoryNetwork.failure(Code.FAILED_PRECONDITION, "this agent is closed"));
    }
    try {
      return CompletableFuture.completedFuture(work.get());
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private final class MemoryBinding implements Binding {
    private final URI endpoint;
    private final MemoryNetwork.Listener listener;

    MemoryBinding(URI asked, TransportContext context) {
      String name = MemoryNetwork.nameOf(asked);
      if (name.equals("*")) {
        name = MemoryNetwork.freshName("place");
      }
      this.listener = new MemoryNetwork.Listener(name, loop, context, links);
      this.endpoint = URI.create("memory://" + name);
      MemoryNetwork.listen(listener);
    }

    @Override
    public URI endpoint() {
      return endpoint;
    }

    @Override
    public void close() {
      MemoryNetwork.unlisten(listener);
      bindings.remove(this);
    }
  }
}
