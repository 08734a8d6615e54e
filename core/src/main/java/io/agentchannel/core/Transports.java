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
      Map.of(
          "ws", "agentchannel-transport-websocket",
          "wss", "agentchannel-transport-websocket",
          "memory", "agentchannel-testkit");

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

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT} that names the artifact to add, or the
   *     schemes that there are
   */
  Transport of(URI endpoint) {
    String scheme =
        endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
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
