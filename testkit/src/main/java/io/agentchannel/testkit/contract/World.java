package io.agentchannel.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.testkit.Hostility;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;

/**
 * The agents and faults of one test, over the transport under test; all are closed after it, the
 * last made first.
 */
final class World implements AutoCloseable {
  /** What callers call the agent that listens, whose id they know. */
  static final String LIBRARY = "library";

  private static final long PATIENCE_SECONDS = 20;

  private final TransportSetup setup;
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
  private final Deque<Thread> threads = new ArrayDeque<>();

  World(TransportSetup setup) {
    this.setup = setup;
  }

  /** An agent that listens and serves what is added. */
  Agent library(UnaryOperator<AgentBuilder> services) {
    return start(services.apply(builder("library").listen(setup.listenAt())));
  }

  /** An agent that listens nowhere. */
  Agent caller() {
    return caller(builder -> builder);
  }

  Agent caller(UnaryOperator<AgentBuilder> services) {
    return start(services.apply(builder("caller")));
  }

  /** An agent that knows one that listens, by the name {@link #LIBRARY}. */
  Agent callerOf(Agent library) {
    return callerOf(library, builder -> builder);
  }

  Agent callerOf(Agent library, UnaryOperator<AgentBuilder> services) {
    return callerOf(library, endpoint(library), services);
  }

  /** The same for an agent that is reached elsewhere, through a fault say. */
  Agent callerOf(Agent library, URI at, UnaryOperator<AgentBuilder> services) {
    return caller(builder -> services.apply(builder.peers(Map.of(LIBRARY, peer(library, at)))));
  }

  private static Map<String, Object> peer(Agent library, URI at) {
    return Map.of("id", library.id().toString(), "at", List.of(at.toString()));
  }

  /** The same for an agent that is reached through a fault. */
  Agent callerThrough(Fault fault, Agent library, UnaryOperator<AgentBuilder> services) {
    return start(
        services.apply(
            builder("caller", fault.callerConfig())
                .peers(Map.of(LIBRARY, peer(library, fault.entrance())))));
  }

  /** A channel from a new agent to one that listens, through a fault. */
  AgentChannel channelThrough(Fault fault, Agent library) {
    return callerThrough(fault, library, builder -> builder).channel(LIBRARY);
  }

  /** A channel from a new agent to one that listens. */
  AgentChannel channelTo(Agent library) {
    return channelTo(library, endpoint(library));
  }

  AgentChannel channelTo(Agent library, URI at) {
    return callerOf(library, at, builder -> builder).channel(LIBRARY);
  }

  /** The same over links that this does something to, at the caller's end. */
  AgentChannel channelTo(Agent library, Hostility hostility) {
    return channelTo(library, hostility.applyTo(endpoint(library)));
  }

  URI endpoint(Agent library) {
    assertThat(library.endpoints()).hasSize(1);
    return library.endpoints().get(0);
  }

  /** A fault in front of the agent; skips the test if the transport knows none. */
  Fault faultBefore(Agent library) {
    Fault fault = setup.faultBefore(endpoint(library));
    Assumptions.assumeTrue(fault != null, "this transport brings no network faults");
    if (fault == null) {
      throw new AssertionError("unreachable: the assumption has thrown");
    }
    closeables.push(fault);
    return fault;
  }

  /** Somebody in front of the agent; skips the test if the transport knows nobody. */
  ManInTheMiddle middleBefore(Agent library, ManInTheMiddle.Script script) throws Exception {
    ManInTheMiddle middle = setup.middleBefore(endpoint(library), library.id(), script);
    Assumptions.assumeTrue(middle != null, "nobody can be between agents on this transport");
    if (middle == null) {
      throw new AssertionError("unreachable: the assumption has thrown");
    }
    closeables.push(middle);
    return middle;
  }

  /** Describes an agent as all of a test's are; {@link #start} what comes of it. */
  AgentBuilder builder(String name) {
    return builder(name, Map.of());
  }

  private AgentBuilder builder(String name, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>();
    config.put("name", name);
    config.put("identity", "ephemeral");
    config.put("trust.policy", "open");
    config.put("drain", "1s");
    config.put("reconnect.first", "5ms");
    config.put("reconnect.max", "50ms");
    config.putAll(setup.config());
    config.putAll(more);
    return Agent.builder(AgentConfig.of(config));
  }

  Agent start(AgentBuilder builder) {
    Agent agent = builder.start();
    closeables.push(agent);
    return agent;
  }

  /** Runs something beside the test. */
  <T> Running<T> beside(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            },
            "contract-beside");
    thread.setDaemon(true);
    threads.push(thread);
    thread.start();
    return new Running<>(thread, result);
  }

  record Running<T>(Thread thread, CompletableFuture<T> result) {}

  /** What a future gives, within a time that only a hang exceeds. */
  static <T> T get(Future<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** How something fails; fails the test if it does not, or with anything else. */
  static AgentException failureOf(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    while ((thrown instanceof ExecutionException || thrown instanceof CompletionException)
        && thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    assertThat(thrown).isInstanceOf(AgentException.class);
    return (AgentException) thrown;
  }

  static AgentException failureOf(Future<?> future) {
    return failureOf(() -> get(future));
  }

  @Override
  public void close() throws Exception {
    for (Thread thread : threads) {
      thread.interrupt();
    }
    Exception first = null;
    while (!closeables.isEmpty()) {
      try {
        closeables.pop().close();
      } catch (Exception failure) {
        first = first == null ? failure : first;
      }
    }
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }
    if (first != null) {
      throw first;
    }
  }
}
