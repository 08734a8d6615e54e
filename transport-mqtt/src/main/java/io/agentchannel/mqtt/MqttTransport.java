package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.BusyPolling;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Links through an MQTT 5 broker: packets are messages to the inbox of the process that is meant.
 * Plain MQTT 5 clients call by request and response topics. The public topics of agents are
 * services of their own, under schemes that end in {@value Endpoint#NATIVE}.
 *
 * <p>Many agents share a broker, so whom a link is for must be known: the id that the caller of
 * {@link #connect} gives, or the one at the end of the endpoint's path. An agent that listens must
 * not be named there, or by its own name or id.
 *
 * <p>A link's executor is the event loop of the connection, on which packets are delivered without
 * a hand-over. There is one connection for each broker, with one thread, a daemon.
 */
public final class MqttTransport implements Transport {
  private static final long CLOSE_GRACE_MILLIS = 500;
  private static final int LONGEST_NAME = 128;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Endpoint, Broker> brokers = new HashMap<>();
  private boolean closed;

  /** For {@link java.util.ServiceLoader}; opens nothing yet. */
  public MqttTransport() {}

  @Override
  public Set<String> schemes() {
    return Endpoint.SCHEMES;
  }

  @Override
  public Set<String> optionKeys() {
    Set<String> keys = new HashSet<>(Settings.KEYS);
    keys.addAll(BusyPolling.KEYS);
    return keys;
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    try {
      return broker(endpoint, context).connect(meant(endpoint, peer));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** A name may follow the id in the path; it is the core's to check. */
  private static AgentId meant(URI endpoint, @Nullable AgentId peer) {
    for (String level : Endpoint.path(endpoint)) {
      if (AgentId.isAgentId(level)) {
        AgentId named = parse(endpoint, level);
        if (peer != null && !peer.equals(named)) {
          throw invalid(
              OneLine.of(endpoint.toString()) + ": the endpoint is not the one of " + peer);
        }
        return named;
      }
    }
    if (peer != null) {
      return peer;
    }
    throw new AgentException(
        Code.FAILED_PRECONDITION,
        Outcome.NOT_SENT,
        OneLine.of(endpoint.toString())
            + ": through a broker an agent is reached by its id; configure peers with id and at, or"
            + " put the id at the end of the endpoint");
  }

  private static AgentId parse(URI endpoint, String id) {
    try {
      return AgentId.parse(id);
    } catch (IllegalArgumentException e) {
      throw invalid(OneLine.of(endpoint.toString()) + ": " + e.getMessage());
    }
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    try {
      AgentId id = context.identity().id();
      Set<String> own = Set.of(id.toString(), context.identity().name());
      if (!own.containsAll(Endpoint.path(endpoint))) {
        throw invalid(
            OneLine.of(endpoint.toString())
                + ": the endpoint names another agent; listen at the broker alone");
      }
      Broker broker = broker(endpoint, context);
      return broker.listen(broker.endpoint().with(id));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** The public topics of the agent whose name the path is. */
  @Override
  public PlainService service(URI endpoint, TransportContext context) {
    List<String> path = Endpoint.path(endpoint);
    if (path.size() != 1 || path.get(0).length() > LONGEST_NAME) {
      throw invalid(
          OneLine.of(endpoint.toString())
              + ": the endpoint must look like "
              + endpoint.getScheme()
              + "://broker:port/name, with the name of the agent whose public topics are meant");
    }
    Topics topics = Settings.of(context.options()).topics();
    return new PublicTopicsService(broker(endpoint, context), topics, path.get(0));
  }

  private Broker broker(URI uri, TransportContext context) {
    Settings settings = Settings.of(context.options());
    Endpoint endpoint = Endpoint.of(uri, settings.brokers());
    lock.lock();
    try {
      if (closed) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the MQTT transport is closed");
      }
      return brokers.computeIfAbsent(endpoint, key -> new Broker(key, settings, context));
    } finally {
      lock.unlock();
    }
  }

  private static AgentException invalid(String why) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why);
  }

  /** Waits a moment for its links to close in order, unless it is called on a thread of its own. */
  @Override
  public void close() {
    List<Broker> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(brokers.values());
      brokers.clear();
    } finally {
      lock.unlock();
    }
    CompletableFuture<Void> ends =
        CompletableFuture.allOf(
            all.stream().map(Broker::close).toArray(CompletableFuture<?>[]::new));
    if (all.stream().anyMatch(Broker::inEventLoop)) {
      ends.orTimeout(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)
          .whenComplete((done, late) -> all.forEach(Broker::shutDown));
      return;
    }
    await(ends);
    all.forEach(Broker::shutDown);
  }

  /** An interrupt does not shorten it: the last words of the links are on their way. */
  private static void await(CompletableFuture<Void> ends) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_GRACE_MILLIS);
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        ends.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException late) {
        // Then the broker does not answer, and is not waited for.
        waiting = false;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
