package io.agentchannel.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures AgentChannel beside the libraries it is built on, doing the same work in the same run:
 * 256-byte requests and replies over loopback, both sides in this JVM.
 *
 * <ul>
 *   <li><em>Round trip</em>: one request at a time, p50 and p99. A {@link ClosedLoop} has no
 *       schedule that coordinated omission could hide: these are times of round trips, not of
 *       arrivals at a rate.
 *   <li><em>In flight</em>: 64 requests under way at once, replies per second.
 *   <li><em>Items</em>: one call, as many messages back as the consumer takes, per second. The raw
 *       servers are asked for as many and their clients count them.
 *   <li><em>Heap</em>: bytes of an idle channel and of an exchange in flight; see {@link Scales}.
 * </ul>
 *
 * <p>Absolute figures are the machine's. What counts are ratios to raw Java-WebSocket, taken within
 * one round and then in the median over all of them; see {@link Rounds}. The table goes to standard
 * output, progress to standard error.
 */
public final class SideBySide {
  private final Options options;
  private final PrintStream progress;

  private SideBySide(Options options, PrintStream progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Exits with 0, with 1 if it could not measure, or with 2 for options that make no sense. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  static int run(PrintStream out, PrintStream err, String... args) {
    if (List.of(args).contains("--help")) {
      out.print(Options.USAGE);
      return 0;
    }
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.print(Options.USAGE);
      return 2;
    }
    try {
      Report report = new SideBySide(options, err).measure();
      Table.print(report, out);
      if (options.json() != null) {
        report.write(options.json());
      }
      return 0;
    } catch (IOException e) {
      err.println("cannot write " + options.json() + ": " + e.getMessage());
      return 1;
    }
  }

  private Report measure() {
    List<String> warnings = busyMachine();
    if (options.only().stream().anyMatch(Candidate::isMqtt)) {
      MqttBroker.address();
    }
    Series series;
    int stalls;
    try (Rounds rounds = new Rounds(options)) {
      int all = options.warmUp() + options.rounds();
      series = rounds.run(round -> progress.println("round " + round + " of " + all));
      stalls = rounds.stalls();
    }
    return Report.of(options, series, weigh(), stalls, warnings);
  }

  private List<Weight> weigh() {
    List<Weight> weights = new ArrayList<>();
    weigh(
        options.channels(),
        () -> {
          for (Candidate raw : List.of(Candidate.JAVA_WEBSOCKET, Candidate.NETTY)) {
            if (options.only().contains(raw)) {
              weights.add(Scales.idleConnections(raw, options.channels()));
            }
          }
        });
    for (Loopback transport : Loopback.values()) {
      if (options.only().stream().anyMatch(c -> c.toString().startsWith(transport + "-"))) {
        weigh(
            options.channels(),
            () -> weights.add(Scales.idleChannels(transport, options.channels())));
        weigh(
            options.parked(),
            () -> weights.add(Scales.exchangesInFlight(transport, options.parked())));
      }
    }
    return weights;
  }

  private void weigh(int count, Runnable weighing) {
    if (count > 0) {
      progress.println("weighing " + count);
      weighing.run();
    }
  }

  private static List<String> busyMachine() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    int processors = Runtime.getRuntime().availableProcessors();
    return load > 0.5 * processors
        ? List.of(
            String.format(
                Locale.ROOT, "load %.1f on %d processors before it began", load, processors))
        : List.of();
  }
}
