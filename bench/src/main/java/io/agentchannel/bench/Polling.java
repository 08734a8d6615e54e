package io.agentchannel.bench;

import com.sun.management.OperatingSystemMXBean;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.HandlerOptions;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What polling costs: a round trip over long polls beside one that waits for the next of polls at
 * half a second's distance, and links over which nothing happens. Idle links are measured with both
 * their ends in this JVM, so their cost is that of two.
 */
public final class Polling {
  private static final int NAIVE_CALLS = 20;
  private static final long NAIVE_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int CALLS = 2_000;

  /** Links that are there anyway: what the JVM does with next to none is not what many cost. */
  private static final int FEW = 10;

  /** What a thousand links cost to make, and compiling that, is not what they cost while idle. */
  private static final long SETTLING = TimeUnit.SECONDS.toNanos(45);

  private Polling() {}

  /**
   * @param args the number of links, 1000, and for how many seconds they are left alone, 60
   */
  public static void main(String[] args) {
    int links = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
    double naive = naiveMillis();
    double waiting = longPollMicros();
    System.out.printf(
        Locale.ROOT,
        "a round trip: %.0f ms with polls every 500 ms, %.0f \u00b5s with long polls: 1/%.0f%n",
        naive,
        waiting,
        naive * 1_000 / waiting);
    idle(links, seconds);
    System.exit(0);
  }

  /** The request is posted at once; when the caller looks for the reply is the clock's to say. */
  private static double naiveMillis() {
    try (Subject raw = Candidate.OKHTTP.open()) {
      Histogram ignored = new Histogram(3);
      raw.roundTrips(200, ignored);
      long begin = System.nanoTime();
      Histogram nanos = new Histogram(3);
      for (int i = 0; i < NAIVE_CALLS; i++) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(NAIVE_INTERVAL));
        long called = System.nanoTime();
        raw.roundTrips(1, ignored);
        long sincePoll = (System.nanoTime() - begin) % NAIVE_INTERVAL;
        LockSupport.parkNanos(NAIVE_INTERVAL - sincePoll);
        raw.roundTrips(1, ignored);
        nanos.recordValue(System.nanoTime() - called);
      }
      return nanos.getValueAtPercentile(50) / 1e6;
    }
  }

  private static double longPollMicros() {
    try (Subject subject = Candidate.POLL_DIRECT.open()) {
      Histogram nanos = new Histogram(3);
      for (int round = 0; round < 5; round++) {
        nanos.reset();
        subject.roundTrips(CALLS, nanos);
      }
      return nanos.getValueAtPercentile(50) / 1e3;
    }
  }

  private static void idle(int links, int seconds) {
    try (Agent served = agent("served", Loopback.POLL.address());
        Agent caller = agent("caller")) {
      String endpoint = served.endpoints().get(0).toString();
      call(caller, endpoint, FEW);
      double few = share(seconds);
      long before = Heap.live();
      int threads = Thread.activeCount();
      call(caller, endpoint, links);
      long after = Heap.live();
      double all = share(seconds);
      System.out.printf(
          Locale.ROOT,
          "%d idle links: %.2f %% of a core (%.2f %% with them, %.2f %% with %d), %d bytes of heap"
              + " each, %d threads more; both ends%n",
          links,
          100 * (all - few),
          100 * all,
          100 * few,
          FEW,
          (after - before) / links,
          Thread.activeCount() - threads);
    }
  }

  /** How much of a core this JVM takes when it is left alone for so long. */
  private static double share(int seconds) {
    LockSupport.parkNanos(SETTLING);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long begin = System.nanoTime();
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    return (system.getProcessCpuTime() - cpu) / (double) (System.nanoTime() - begin);
  }

  /** One link for each: endpoints that differ are different ones, whoever is there. */
  private static void call(Agent caller, String endpoint, int links) {
    for (int i = 0; i < links; i++) {
      caller
          .channel(endpoint + "?of=" + links + "&n=" + i)
          .request(AgentSubject.ECHO, AgentSubject.MESSAGE);
    }
  }

  private static Agent agent(String name, String... listen) {
    AgentBuilder builder = Agent.builder(AgentSubject.config(name, listen));
    return builder
        .serve(AgentSubject.ECHO, HandlerOptions.direct(), (request, call) -> request)
        .start();
  }
}
