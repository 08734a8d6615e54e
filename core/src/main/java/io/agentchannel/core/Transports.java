package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Transport;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's transports by URI scheme, as found on the class path. */
final class Transports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

  /** Which artifact has which schemes, for those that may be missing. */
  private static final Map<String, String> ARTIFACTS =
      Map.ofEntries(
          Map.entry("ws", "agentchannel-transport-websocket"),
          Map.entry("wss", "agentchannel-transport-websocket"),
          Map.entry("grpc", "agentchannel-transport-grpc"),
          Map.entry("grpcs", "agentchannel-transport-grpc"),
          Map.entry("grpc-native", "agentchannel-transport-grpc"),
          Map.entry("grpcs-native", "agentchannel-transport-grpc"),
          Map.entry("http+poll", "agentchannel-transport-http"),
          Map.entry("https+poll", "agentchannel-transport-http"),
          Map.entry("http+webhook", "agentchannel-transport-http"),
          Map.entry("https+webhook", "agentchannel-transport-http"),
          Map.entry("http-native", "agentchannel-transport-http"),
          Map.entry("https-native", "agentchannel-transport-http"),
          Map.entry("mqtt", "agentchannel-transport-mqtt"),
          Map.entry("mqtts", "agentchannel-transport-mqtt"),
          Map.entry("mqtt+ws", "agentchannel-transport-mqtt"),
          Map.entry("mqtt+wss", "agentchannel-transport-mqtt"),
          Map.entry("mqtt-native", "agentchannel-transport-mqtt"),
          Map.entry("mqtts-native", "agentchannel-transport-mqtt"),
          Map.entry("mqtt+ws-native", "agentchannel-transport-mqtt"),
          Map.entry("mqtt+wss-native", "agentchannel-transport-mqtt"),
          Map.entry("memory", "agentchannel-testkit"));

  /** What ends the schemes of plain services. */
  private static final String NATIVE = "-native";

  private final List<Transport> all = new ArrayList<>();
  private final Map<String, Transport> byScheme = new HashMap<>();

  Transports() {
    for (Transport transport : ServiceLoader.load(Transport.class)) {
      all.add(transport);
      for (String scheme : transport.schemes()) {
        byScheme.putIfAbsent(scheme, transport);
      }
    }
  }

  Set<String> optionKeys() {
    Set<String> keys = new HashSet<>();
    all.forEach(transport -> keys.addAll(transport.optionKeys()));
    return keys;
  }

  /** Whether there is no agent behind the endpoint, but a service to be called as it is. */
  static boolean isService(URI endpoint) {
    return scheme(endpoint).endsWith(NATIVE);
  }

  private static String scheme(URI endpoint) {
    return endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT} that names the artifact to add, or the
   *     schemes that there are
   */
  Transport of(URI endpoint) {
    String scheme = scheme(endpoint);
    Transport transport = byScheme.get(scheme);
    if (transport != null) {
      return transport;
    }
    String artifact = ARTIFACTS.get(scheme);
    String remedy =
        artifact == null
            ? "there are " + new TreeSet<>(byScheme.keySet())
            : "add io.agentchannel:" + artifact + " to the class path";
    throw new AgentException(
        Code.INVALID_ARGUMENT,
        Outcome.NOT_SENT,
        endpoint + ": no transport for the scheme '" + scheme + "'; " + remedy);
  }

  @Override
  public void close() {
    for (Transport transport : all) {
      try {
        transport.close();
      } catch (RuntimeException e) {
        LOG.warn("closing a transport", e);
      }
    }
  }
}
