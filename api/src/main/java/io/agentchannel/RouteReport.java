package io.agentchannel;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which way a peer is reached now, and why the others are not used: a snapshot.
 *
 * @param target what the channel was opened with: a name, an id or a URI
 * @param peer who answered, or null if nobody has yet
 */
public record RouteReport(String target, @Nullable AgentId peer, List<Route> routes) {

  public RouteReport {
    routes = List.copyOf(routes);
  }

  /** The state of one route. */
  public enum State {
    /** Not tried: nothing needed it yet. */
    UNTRIED,
    /** A connection attempt or a wait between two attempts is under way. */
    CONNECTING,
    /** A link is up. */
    CONNECTED,
    /** The last attempt failed and nothing is under way. */
    FAILED
  }

  /**
   * One way to the peer.
   *
   * @param endpoint the URI, or the address of a peer that connected to us
   * @param chosen whether new calls use it
   * @param roundTrip smoothed and measured; null before the first measurement
   * @param failures attempts that failed since the last success
   * @param reason why it is or is not chosen, for people
   */
  public record Route(
      String endpoint,
      State state,
      boolean chosen,
      @Nullable Duration roundTrip,
      int failures,
      @Nullable String lastError,
      String reason) {}

  /** One line for the peer and one for each route. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(target);
    text.append(peer == null ? " (nobody has answered yet)" : " is " + peer);
    for (Route route : routes) {
      text.append(System.lineSeparator())
          .append(route.chosen() ? "  * " : "    ")
          .append(route.endpoint())
          .append("  ")
          .append(route.state());
      Duration roundTrip = route.roundTrip();
      if (roundTrip != null) {
        text.append("  round trip ").append(roundTrip.toNanos() / 1000).append(" µs");
      }
      if (route.failures() > 0) {
        text.append("  failures ").append(route.failures());
      }
      if (route.lastError() != null) {
        text.append("  last error: ").append(route.lastError());
      }
      text.append("  (").append(route.reason()).append(')');
    }
    return text.toString();
  }
}
