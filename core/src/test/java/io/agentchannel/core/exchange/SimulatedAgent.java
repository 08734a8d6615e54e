package io.agentchannel.core.exchange;

import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of the two processes of a simulation: it may restart, or sleep with its clock. */
final class SimulatedAgent {
  /** How sessions are made, so that a test can put something broken into them. */
  interface Parts {
    SessionState newState(
        ExchangeOptions options,
        Budget budget,
        Session.Remote remote,
        io.agentchannel.Interceptor.Next server,
        java.util.function.LongSupplier clock,
        Past past);
  }

  final String name;
  private final Simulation simulation;
  private final ExchangeOptions options;
  private final long budgetBytes;
  private final Parts parts;
  private final FormerSessions former = new FormerSessions(16);
  private final Map<Integer, CallRecord> calls;
  private final List<CallRecord> made = new ArrayList<>();
  private final List<Runnable> overslept = new ArrayList<>();
  private int instance = 1;
  private Budget budget;
  private @Nullable Session session;
  private int peerInstance;
  private boolean asleep;
  private long fellAsleep;
  private long slept;

  SimulatedAgent(
      String name,
      Simulation simulation,
      ExchangeOptions options,
      long budgetBytes,
      Parts parts,
      Map<Integer, CallRecord> calls) {
    this.name = name;
    this.simulation = simulation;
    this.options = options;
    this.budgetBytes = budgetBytes;
    this.budget = new Budget(budgetBytes);
    this.parts = parts;
    this.calls = calls;
    simulation.time().after(VirtualTime.SECOND, this::tick);
  }

  /** Its own clock, which stands still while it sleeps. */
  private long clock() {
    return (asleep ? fellAsleep : simulation.time().now()) - slept;
  }

  /** Later, unless it has restarted; after waking up, if it sleeps then. */
  void after(long nanos, Runnable action) {
    int who = instance;
    simulation.time().after(nanos, () -> run(who, action));
  }

  private void run(int who, Runnable action) {
    if (asleep) {
      overslept.add(() -> run(who, action));
    } else if (who == instance) {
      action.run();
    }
  }

  private void tick() {
    if (session != null && !asleep) {
      session.tick();
    }
    simulation.time().after(VirtualTime.SECOND, this::tick);
  }

  /** The handshake of a link has shown who is there. */
  Session meet(SimulatedAgent peer) {
    if (session != null && peerInstance != peer.instance) {
      session.end("the peer has restarted");
      simulation.require(session.size() == 0, name + " keeps exchanges with a dead instance");
      session = null;
    }
    if (session == null) {
      peerInstance = peer.instance;
      Peer.Agent who = new Peer.Agent(AgentId.ofPublicKey(new byte[32]), peer.name);
      session =
          new Session(
              parts.newState(
                  options,
                  budget,
                  new Session.Remote(who, peer.name + peer.instance + "-", peer.options.window()),
                  this::serve,
                  this::clock,
                  former.of(peerInstance)));
    }
    return session;
  }

  private Requests serve(Call call, Replies replies) {
    int id = Integer.parseInt(call.operation().substring("call.".length()));
    return new SimulatedHandler(calls.get(id), this, replies);
  }

  /** Makes a call as soon as it has met its peer. */
  void call(CallRecord record, Map<String, String> metadata) {
    Session there = session;
    if (there == null) {
      simulation.time().after(50 * VirtualTime.MILLI, () -> call(record, metadata));
      return;
    }
    simulation.log(() -> name + " calls " + record.plan);
    made.add(record);
    new SimulatedCaller(record, this).start(there, metadata);
  }

  void leave() {
    if (session != null) {
      session.leave();
    }
  }

  void close() {
    if (session != null) {
      simulation.log(() -> name + " closes");
      session.close("shutting down");
    }
  }

  /** The process ends and another one starts. */
  void restart() {
    instance++;
    session = null;
    budget = new Budget(budgetBytes);
    made.stream().filter(call -> !call.isEnded()).forEach(CallRecord::callerGone);
  }

  void fallAsleep() {
    asleep = true;
    fellAsleep = simulation.time().now();
  }

  void wakeUp() {
    if (asleep) {
      asleep = false;
      slept += simulation.time().now() - fellAsleep;
      List<Runnable> now = List.copyOf(overslept);
      overslept.clear();
      now.forEach(Runnable::run);
    }
  }

  /** Forgets its peer, whom it has not seen for long. */
  void forgetPeer() {
    if (session != null && session.size() == 0 && !session.hasLink()) {
      former.remember(peerInstance, session.past());
      session = null;
    }
  }

  @Nullable Session session() {
    return session;
  }

  /** What is still there; empty when all is done. */
  String leftovers() {
    int size = session == null ? 0 : session.size();
    int running = session == null ? 0 : session.running();
    return size == 0 && running == 0 && budget.used() == 0
        ? ""
        : name + ": " + size + " exchanges, " + running + " running, " + budget.used() + " bytes; ";
  }
}
