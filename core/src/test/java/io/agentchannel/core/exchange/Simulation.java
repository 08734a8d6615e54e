package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two agents that call each other over links that fail in every way that links may fail, all of it
 * decided by one number, with an oracle that knows what must hold nevertheless.
 */
final class Simulation {
  private static final long OUTAGE = 90 * VirtualTime.SECOND;
  private static final long FORGETTING = 660 * VirtualTime.SECOND;
  private static final long UNTIL_QUIET = 300 * VirtualTime.SECOND;

  private final VirtualTime time = new VirtualTime();
  private final Chance chance;
  private final boolean logs;
  private final List<String> log = new ArrayList<>();
  private final Map<Integer, CallRecord> calls = new TreeMap<>();
  private final List<SimulatedLink> links = new ArrayList<>();
  private final SimulatedAgent alice;
  private final SimulatedAgent bob;
  private final boolean duplicates;
  private final boolean tightMemory;
  private final boolean smallMessages;
  private final boolean fewExchanges;
  private final long faultsEnd;
  private int linkCount;
  private boolean connecting;
  private boolean outage;
  private boolean restarted;
  private boolean leaving;
  private boolean closed;
  private long blockedUntil;
  private @Nullable AssertionError objection;

  private Simulation(long seed, SimulatedAgent.Parts parts, boolean logs) {
    this.chance = new Chance(seed);
    this.logs = logs;
    this.duplicates = chance.oneIn(2);
    this.tightMemory = chance.oneIn(12);
    this.smallMessages = chance.oneIn(12);
    this.fewExchanges = chance.oneIn(12);
    this.faultsEnd = chance.millis(0, 20_000);
    int window = chance.oneOf(16 << 10, 16 << 10, 32 << 10, 64 << 10);
    ExchangeOptions options =
        new ExchangeOptions(
            window,
            4L * window,
            smallMessages ? window : 16 << 20,
            fewExchanges ? 3 : 1024,
            Duration.ofSeconds(60));
    long budget = tightMemory ? 2L * window : 64 << 20;
    this.alice = new SimulatedAgent("alice", this, options, budget, parts, calls);
    this.bob = new SimulatedAgent("bob", this, options, budget, parts, calls);
    planCalls(window);
    planFaults();
    connectSoon();
  }

  /**
   * Runs the seed.
   *
   * @throws AssertionError what the oracle objects to, with the end of the log
   */
  static void run(long seed, SimulatedAgent.Parts parts) {
    try {
      new Simulation(seed, parts, false).run();
    } catch (AssertionError | RuntimeException objection) {
      throw new AssertionError(objection.getMessage() + lastEvents(seed, parts), objection);
    }
  }

  /** The same seed once more, this time with a log: it makes a run several times slower. */
  private static String lastEvents(long seed, SimulatedAgent.Parts parts) {
    Simulation again = null;
    try {
      again = new Simulation(seed, parts, true);
      again.run();
    } catch (AssertionError | RuntimeException expected) {
      // It is the same objection; what led to it is what is wanted here.
    }
    if (again == null) {
      return "";
    }
    List<String> log = again.log;
    int from = Math.max(0, log.size() - Integer.getInteger("simulation.log", 60));
    return "\n  " + String.join("\n  ", log.subList(from, log.size()));
  }

  private void planCalls(int window) {
    boolean cancels = chance.oneIn(2);
    int count = chance.between(1, 25);
    for (int id = 1; id <= count; id++) {
      CallRecord record = new CallRecord(CallPlan.random(id, chance, window, cancels), this);
      calls.put(id, record);
      SimulatedAgent caller = chance.oneIn(3) ? bob : alice;
      Map<String, String> metadata =
          chance.oneIn(10) ? Map.of("trace", "x".repeat(chance.between(1, 700))) : Map.of();
      time.after(chance.millis(0, 8000), () -> caller.call(record, metadata));
    }
  }

  private void planFaults() {
    long at = 0;
    boolean calm = chance.oneIn(8);
    while (!calm && at < faultsEnd) {
      at += chance.millis(1, chance.oneOf(100, 1000, 4000));
      time.after(Math.min(at, faultsEnd), this::fault);
    }
    if (chance.oneIn(10)) {
      time.after(chance.millis(0, 10_000), this::loseAllLinks);
    }
    if (chance.oneIn(10)) {
      time.after(chance.millis(0, 10_000), this::restartOne);
    }
    if (chance.oneIn(6)) {
      time.after(chance.millis(5000, 12_000), this::leave);
    }
  }

  private void fault() {
    List<SimulatedLink> live = links.stream().filter(link -> !link.isDying()).toList();
    if (live.isEmpty()) {
      return;
    }
    SimulatedLink link = live.get(chance.between(0, live.size() - 1));
    switch (chance.between(0, 5)) {
      case 0, 1 -> link.cut();
      case 2 -> link.halfDie();
      case 3 -> {
        if (live.size() < 3) {
          connect();
        }
      }
      default -> link.preferredBySomeone();
    }
    if (!connecting && links.stream().allMatch(SimulatedLink::isDying)) {
      connectSoon();
    }
  }

  private void connectSoon() {
    connecting = true;
    time.after(chance.millis(0, chance.oneOf(5, 300, 3000)), this::connect);
  }

  private void connect() {
    if (time.now() < blockedUntil) {
      return;
    }
    connecting = false;
    links.add(new SimulatedLink(++linkCount, this, chance, alice, bob));
  }

  void linkGone(SimulatedLink link) {
    links.remove(link);
    if (!connecting && links.stream().allMatch(SimulatedLink::isDying)) {
      connectSoon();
    }
  }

  /** For longer than exchanges wait; or than even the memory of the peer lasts. */
  private void loseAllLinks() {
    outage = true;
    boolean forgets = chance.oneIn(2);
    log(() -> "no links for long" + (forgets ? ", and the peer is forgotten" : ""));
    long length = forgets ? FORGETTING : OUTAGE;
    if (forgets && chance.oneIn(2)) {
      SimulatedAgent sleeper = chance.oneIn(2) ? alice : bob;
      time.after(5 * VirtualTime.SECOND, sleeper::fallAsleep);
    }
    blockedUntil = time.now() + length;
    connecting = true;
    links.forEach(SimulatedLink::cut);
    time.after(
        length,
        () -> {
          if (forgets) {
            alice.forgetPeer();
            bob.forgetPeer();
          }
          alice.wakeUp();
          bob.wakeUp();
          connect();
        });
  }

  private void restartOne() {
    restarted = true;
    SimulatedAgent victim = chance.oneIn(2) ? alice : bob;
    log(() -> victim.name + " restarts");
    links.forEach(link -> link.severAt(victim));
    victim.restart();
    if (!connecting) {
      connectSoon();
    }
  }

  private void leave() {
    leaving = true;
    SimulatedAgent who = chance.oneIn(2) ? alice : bob;
    log(() -> who.name + " leaves");
    who.leave();
    if (chance.oneIn(2)) {
      who.after(
          chance.millis(0, 5000),
          () -> {
            closed = true;
            who.close();
          });
    }
  }

  private void run() {
    long end = Math.max(faultsEnd, 12 * VirtualTime.SECOND);
    while (time.now() < end) {
      time.runUntil(time.now() + VirtualTime.SECOND / 4);
      rethrow();
    }
    long limit = time.now() + UNTIL_QUIET + (outage ? FORGETTING : 0);
    while (!isQuiet()) {
      require(
          time.now() < limit,
          "does not come to rest: " + alice.leftovers() + bob.leftovers() + stalled());
      time.runUntil(time.now() + VirtualTime.SECOND);
      rethrow();
    }
    calls.values().forEach(CallRecord::check);
  }

  private boolean isQuiet() {
    return alice.leftovers().isEmpty()
        && bob.leftovers().isEmpty()
        && calls.values().stream().allMatch(CallRecord::isSettled);
  }

  private String stalled() {
    return calls.values().stream()
        .filter(call -> !call.isSettled())
        .map(c -> c.plan + " ")
        .toList()
        .toString();
  }

  /** Whether what happens here may make a call fail so. */
  boolean excuses(AgentException failure) {
    boolean refuses = tightMemory || fewExchanges || smallMessages || leaving;
    return switch (failure.code()) {
      case RESOURCE_EXHAUSTED -> tightMemory || fewExchanges;
      case INVALID_ARGUMENT -> smallMessages;
      // Though nobody was gone for long: a refusal that was lost, and its reason with it.
      case UNAVAILABLE -> outage || restarted || closed || refuses;
      default -> false;
    };
  }

  VirtualTime time() {
    return time;
  }

  boolean duplicates() {
    return duplicates;
  }

  void log(Supplier<String> event) {
    if (logs) {
      log.add(String.format("%9.3f ms  %s", time.now() / 1e6, event.get()));
    }
  }

  /** Stands, even if whoever is between here and {@link #run()} keeps the exception to itself. */
  void require(boolean truth, String objection) {
    if (!truth && this.objection == null) {
      log(() -> "OBJECTION: " + objection);
      this.objection = new AssertionError(objection);
    }
    rethrow();
  }

  private void rethrow() {
    if (objection != null) {
      throw objection;
    }
  }
}
