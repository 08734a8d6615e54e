package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.OneLine;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where a broker is. Several brokers may be named, {@code mqtt://one:1883,two:1883}: members of one
 * cluster, tried in turn.
 *
 * @param scheme in lower case, and without {@value #NATIVE}
 */
record Endpoint(String scheme, List<Address> addresses) {
  static final String PLAIN = "mqtt";
  static final String TLS = "mqtts";
  static final String WEB_SOCKET = "mqtt+ws";
  static final String WEB_SOCKET_TLS = "mqtt+wss";

  /** What follows a scheme where not an agent is meant but its public topics. */
  static final String NATIVE = "-native";

  static final Set<String> SCHEMES =
      Set.of(
          PLAIN,
          TLS,
          WEB_SOCKET,
          WEB_SOCKET_TLS,
          PLAIN + NATIVE,
          TLS + NATIVE,
          WEB_SOCKET + NATIVE,
          WEB_SOCKET_TLS + NATIVE);

  /**
   * One of them.
   *
   * @param host without the brackets of an IPv6 address
   */
  record Address(String host, int port) {
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * @param more brokers that stand in when none of the endpoint's own answers, {@code host:port}
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if there is no host or no such port
   */
  static Endpoint of(URI uri, List<String> more) {
    String said = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String scheme =
        said.endsWith(NATIVE) ? said.substring(0, said.length() - NATIVE.length()) : said;
    String authority = uri.getRawAuthority();
    if (authority == null || authority.contains("@")) {
      // A password must not show up in a log.
      throw invalid(
          said
              + ": the endpoint must look like "
              + said
              + "://broker:port/agent; user and password are mqtt.user and mqtt.password");
    }
    List<Address> addresses = new ArrayList<>();
    for (String part : authority.split(",", -1)) {
      addresses.add(address(scheme, part));
    }
    for (String part : more) {
      addresses.add(address(scheme, part));
    }
    return new Endpoint(scheme, List.copyOf(addresses));
  }

  private static Address address(String scheme, String text) {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']');
    String host = hasPort ? text.substring(0, colon) : text;
    int port = hasPort ? port(text.substring(colon + 1)) : defaultPort(scheme);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    boolean wrong = bare.isEmpty() || bare.contains(":") != bracketed || bare.contains("/");
    if (wrong || port < 1 || port > 0xffff) {
      throw invalid(OneLine.of(text) + ": a broker is written as host:port");
    }
    return new Address(bare, port);
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case TLS -> 8883;
      case WEB_SOCKET -> 80;
      case WEB_SOCKET_TLS -> 443;
      default -> 1883;
    };
  }

  /** The levels of an endpoint's path, which may name the agent that is meant. */
  static List<String> path(URI uri) {
    String path = uri.getPath();
    return path == null
        ? List.of()
        : Arrays.stream(path.split("/")).filter(level -> !level.isEmpty()).toList();
  }

  boolean isTls() {
    return scheme.equals(TLS) || scheme.equals(WEB_SOCKET_TLS);
  }

  boolean isWebSocket() {
    return scheme.equals(WEB_SOCKET) || scheme.equals(WEB_SOCKET_TLS);
  }

  /** Where the agent is reached through this broker. */
  URI with(AgentId agent) {
    return URI.create(this + "/" + agent);
  }

  /** For people, and without the agent. */
  @Override
  public String toString() {
    return scheme + "://" + String.join(",", addresses.stream().map(Address::toString).toList());
  }

  private static AgentException invalid(String why) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why);
  }
}
