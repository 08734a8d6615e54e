package io.agentchannel.bench;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.HandlerOptions;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What floods do to others: the round trips of a caller that minds its own business, alone and
 * while somebody else floods the agent that it calls. Both, and the agent, are in this JVM over
 * loopback, so the flood's own work is in the figures too.
 *
 * <p>Each flood is measured in rounds, between two without one; the ratio is to the mean of those.
 */
public final class Flood {
  private static final int WARM_UP = 20_000;

  private record Result(
      FloodingPeer.Kind kind,
      List<Double> p50s,
      List<Double> p99s,
      List<Double> p99Micros,
      List<Double> rates) {
    Result(FloodingPeer.Kind kind) {
      this(kind, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private final int rounds;
  private final long nanos;
  private final String listen;

  private Flood(int rounds, long millis, String listen) {
    this.rounds = rounds;
    this.nanos = millis * 1_000_000;
    this.listen = listen;
  }

  /** Takes the number of rounds (5), the length of each measurement in ms (1000) and a listener. */
  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    long millis = args.length > 1 ? Long.parseLong(args[1]) : 1000;
    String listen = args.length > 2 ? args[2] : Loopback.WS.address();
    new Flood(rounds, millis, listen).run(System.out);
  }

  private void run(PrintStream out) {
    List<Result> results = new ArrayList<>();
    for (FloodingPeer.Kind kind : FloodingPeer.Kind.values()) {
      results.add(new Result(kind));
    }
    List<Double> alone = new ArrayList<>();
    try (Agent served =
            Agent.builder(AgentSubject.config("served", listen))
                .serve(AgentSubject.ECHO, HandlerOptions.direct(), (request, call) -> request)
                .start();
        Victim victim = new Victim(served.endpoints().get(0).toString())) {
      victim.roundTrips(WARM_UP);
      for (int round = 0; round < rounds; round++) {
        for (Result result : results) {
          measure(served.endpoints().get(0).toString(), victim, result, alone);
        }
      }
    }
    out.printf(
        Locale.ROOT, "alone: p50 %.1f \u00b5s (median of %d)%n", median(alone), alone.size());
    for (Result result : results) {
      out.printf(
          Locale.ROOT,
          "%s: p50 \u00d7 %.2f, p99 \u00d7 %.2f (%.0f \u00b5s), at %,.0f a second%n",
          result.kind().text(),
          median(result.p50s()),
          median(result.p99s()),
          median(result.p99Micros()),
          median(result.rates()));
    }
  }

  private void measure(String endpoint, Victim victim, Result result, List<Double> alone) {
    Histogram before = victim.roundTripsFor(nanos / 2);
    Histogram during;
    try (FloodProcess flood = FloodProcess.start(result.kind(), endpoint)) {
      during = victim.roundTripsFor(nanos);
      result.rates().add(flood.perSecond());
    }
    Histogram after = victim.roundTripsFor(nanos / 2);
    alone.add(before.getValueAtPercentile(50) / 1e3);
    result.p50s().add(ratio(during, before, after, 50));
    result.p99s().add(ratio(during, before, after, 99));
    result.p99Micros().add(during.getValueAtPercentile(99) / 1e3);
  }

  private static double ratio(Histogram during, Histogram before, Histogram after, double part) {
    double base = (before.getValueAtPercentile(part) + after.getValueAtPercentile(part)) / 2.0;
    return during.getValueAtPercentile(part) / base;
  }

  private static double median(List<Double> values) {
    return Series.quantile(values, 0.5);
  }

  /** Calls, and minds its own business. */
  private static final class Victim implements AutoCloseable {
    private final Agent caller = Agent.start(AgentSubject.config("victim"));
    private final AgentChannel channel;
    private double perNano = 1e-5;

    Victim(String endpoint) {
      this.channel = caller.channel(endpoint);
    }

    Histogram roundTripsFor(long nanos) {
      Histogram all = new Histogram(3);
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() - end < 0) {
        long begun = System.nanoTime();
        int count = (int) Math.max(50, perNano * 20_000_000);
        all.add(roundTrips(count));
        perNano = (double) count / (System.nanoTime() - begun);
      }
      return all;
    }

    Histogram roundTrips(int count) {
      Histogram nanos = new Histogram(3);
      new Calls(count, nanos).loop.run(1);
      return nanos;
    }

    private final class Calls {
      private final ClosedLoop loop;

      Calls(int count, Histogram nanos) {
        this.loop = new ClosedLoop(count, this::call, nanos);
      }

      private void call() {
        channel
            .requestAsync(
                AgentSubject.ECHO, AgentSubject.MESSAGE, AgentSubject.OPTIONS.withDirect())
            .whenComplete(
                (reply, failure) -> {
                  if (failure == null) {
                    loop.onReply();
                  } else {
                    loop.fail(failure);
                  }
                });
      }
    }

    @Override
    public void close() {
      caller.close();
    }
  }
}
