package io.agentchannel.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked for.
 *
 * @param rounds how often each candidate is measured, after the rounds that warm it up
 * @param warmUp rounds before those that count
 * @param each how long one measurement of one figure takes, about
 * @param channels idle channels to weigh; 0: none are
 * @param parked exchanges in flight to weigh; 0: none are
 * @param only what to measure
 * @param json where the results go besides, or null
 */
record Options(
    int rounds,
    int warmUp,
    Duration each,
    int channels,
    int parked,
    Set<Candidate> only,
    @Nullable Path json) {

  static final String USAGE =
      """
      usage: sidebyside [options]
        --rounds N      rounds that count (7)
        --warm-up N     rounds before them (5)
        --millis N      about how long each measurement takes (700)
        --channels N    idle channels to weigh, 0 for none (300)
        --parked N      exchanges in flight to weigh, 0 for none (10000)
        --only A,B      what to measure, by name or its beginning: java-websocket, netty, ws-direct,
                        ws-plain, ws-default, grpc-unary, grpc-stream, grpc-pooled, grpc-direct,
                        grpc-default, okhttp, poll-direct, poll-default, webhook-direct,
                        webhook-default, mqtt, mqtt-direct, mqtt-default, memory-direct, memory-plain,
                        memory-default
        --json FILE     writes the results there too
        --quick         a few seconds, to see that it works; its figures mean nothing
      """;

  private static final Options FULL =
      new Options(7, 5, Duration.ofMillis(700), 300, 10_000, EnumSet.allOf(Candidate.class), null);

  private static final Options QUICK =
      new Options(2, 1, Duration.ofMillis(20), 20, 200, EnumSet.allOf(Candidate.class), null);

  /**
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static Options parse(String... args) {
    Deque<String> rest = new ArrayDeque<>(List.of(args));
    Options options = rest.removeFirstOccurrence("--quick") ? QUICK : FULL;
    while (!rest.isEmpty()) {
      String option = rest.removeFirst();
      String value = rest.pollFirst();
      if (value == null) {
        throw new IllegalArgumentException(option + " is unknown, or needs a value");
      }
      options = options.with(option, value);
    }
    return options;
  }

  private Options with(String option, String value) {
    return switch (option) {
      case "--rounds" -> new Options(number(value, 1), warmUp, each, channels, parked, only, json);
      case "--warm-up" -> new Options(rounds, number(value, 0), each, channels, parked, only, json);
      case "--millis" -> {
        Duration time = Duration.ofMillis(number(value, 1));
        yield new Options(rounds, warmUp, time, channels, parked, only, json);
      }
      case "--channels" -> new Options(rounds, warmUp, each, number(value, 0), parked, only, json);
      case "--parked" -> new Options(rounds, warmUp, each, channels, number(value, 0), only, json);
      case "--only" -> new Options(rounds, warmUp, each, channels, parked, candidates(value), json);
      case "--json" -> new Options(rounds, warmUp, each, channels, parked, only, Path.of(value));
      default -> throw new IllegalArgumentException("there is no option " + option);
    };
  }

  private static int number(String value, int least) {
    int number;
    try {
      number = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + value + "' is not a number", e);
    }
    if (number < least) {
      throw new IllegalArgumentException(number + " is too few: at least " + least);
    }
    return number;
  }

  private static Set<Candidate> candidates(String value) {
    EnumSet<Candidate> chosen = EnumSet.noneOf(Candidate.class);
    for (String name : value.split(",", -1)) {
      chosen.addAll(Candidate.startingWith(name));
    }
    return chosen;
  }
}
