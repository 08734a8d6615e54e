package io.agentchannel.bench;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.CallContext;
import io.agentchannel.CallOptions;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Unary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Weighs what stands still: channels that are connected and idle, and exchanges whose handlers have
 * not answered yet. Both ends are in this JVM and both count. It is the growth of the heap from one
 * full collection to another, over many of them.
 *
 * <p>A channel is one agent's conversation with one peer, so there is a peer for each. To weigh the
 * channel and not the peer, all peers run, and have been called by enough other agents that each of
 * their threads has what it keeps for itself, before the agent whose channels count calls each of
 * them once.
 */
final class Scales {
  private static final Unary<Payload, Payload> PARK = Operation.raw("park");

  /** More than a transport has event loops for one agent. */
  private static final int EARLIER_CALLERS = 5;

  private static final CallOptions LONG = CallOptions.timeout(Duration.ofMinutes(10));

  private Scales() {}

  static Weight idleChannels(Loopback transport, int count) {
    List<Agent> agents = new ArrayList<>();
    try {
      List<String> endpoints = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Agent peer =
            Agent.builder(AgentSubject.config("peer", transport.address()))
                .serve(AgentSubject.ECHO, (request, call) -> request)
                .start();
        agents.add(peer);
        endpoints.add(peer.endpoints().get(0).toString());
      }
      for (int i = 0; i < EARLIER_CALLERS; i++) {
        Agent earlier = Agent.start(AgentSubject.config("earlier"));
        agents.add(earlier);
        callEach(earlier, endpoints);
      }
      Agent caller = Agent.start(AgentSubject.config("caller"));
      agents.add(caller);
      long before = Heap.live();
      callEach(caller, endpoints);
      long after = Heap.live();
      return new Weight("an idle channel, " + transport, (after - before) / count, count);
    } finally {
      agents.forEach(Agent::close);
    }
  }

  private static void callEach(Agent caller, List<String> endpoints) {
    for (String endpoint : endpoints) {
      caller.channel(endpoint).request(AgentSubject.ECHO, AgentSubject.MESSAGE);
    }
  }

  /** Calls with a request of {@link Subject#MESSAGE_BYTES} to an asynchronous handler. */
  static Weight exchangesInFlight(Loopback transport, int count) {
    Parking parking = new Parking();
    try (Agent served =
            Agent.builder(AgentSubject.config("served", transport.address()))
                .serveAsync(PARK, parking)
                .maxExchanges(count)
                .start();
        Agent caller = Agent.start(AgentSubject.config("caller"))) {
      AgentChannel channel = caller.channel(served.endpoints().get(0).toString());
      // Pools and tables grow to what they need once; that is not the exchanges' weight.
      leave(call(channel, parking, count), parking);
      long before = Heap.live();
      List<CompletableFuture<Payload>> waiting = call(channel, parking, count);
      long after = Heap.live();
      leave(waiting, parking);
      return new Weight("an exchange in flight, " + transport, (after - before) / count, count);
    }
  }

  private static List<CompletableFuture<Payload>> call(
      AgentChannel channel, Parking parking, int count) {
    List<CompletableFuture<Payload>> waiting = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      waiting.add(channel.requestAsync(PARK, AgentSubject.MESSAGE, LONG));
    }
    parking.await(count);
    return waiting;
  }

  private static void leave(List<CompletableFuture<Payload>> waiting, Parking parking) {
    parking.answerAll();
    waiting.forEach(CompletableFuture::join);
  }

  /** Answers when it is told to. */
  private static final class Parking implements Handler.Async<Payload, Payload> {
    private final Queue<CompletableFuture<Payload>> parked = new ConcurrentLinkedQueue<>();
    private final Semaphore arrived = new Semaphore(0);

    @Override
    public CompletionStage<Payload> handle(Payload request, CallContext call) {
      CompletableFuture<Payload> reply = new CompletableFuture<>();
      parked.add(reply);
      arrived.release();
      return reply;
    }

    void await(int count) {
      try {
        if (!arrived.tryAcquire(count, 1, TimeUnit.MINUTES)) {
          throw new StalledException("not all calls have arrived");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      }
    }

    void answerAll() {
      CompletableFuture<Payload> reply;
      while ((reply = parked.poll()) != null) {
        reply.complete(AgentSubject.MESSAGE);
      }
    }
  }

  /** Connections of a raw library to one server, for comparison. */
  static Weight idleConnections(Candidate candidate, int count) {
    List<AutoCloseable> connections = new ArrayList<>();
    try (RawSubject subject = (RawSubject) candidate.open()) {
      connections.add(subject.connectAnother());
      long before = Heap.live();
      for (int i = 0; i < count; i++) {
        connections.add(subject.connectAnother());
      }
      long after = Heap.live();
      for (AutoCloseable connection : connections) {
        connection.close();
      }
      return new Weight("an idle connection, " + candidate, (after - before) / count, count);
    } catch (Exception e) {
      throw new IllegalStateException("cannot weigh " + candidate, e);
    }
  }
}
