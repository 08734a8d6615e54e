package io.agentchannel.core.config;

import io.agentchannel.AgentId;
import io.agentchannel.core.OneLine;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code peers}. */
final class PeerReader {
  private PeerReader() {}

  static Map<String, PeerSettings> read(Map<String, Map<String, Setting>> peers) {
    Map<String, PeerSettings> read = new LinkedHashMap<>();
    peers.forEach((name, fields) -> read.put(name, peer(name, fields)));
    return Collections.unmodifiableMap(read);
  }

  private static PeerSettings peer(String name, Map<String, Setting> fields) {
    Setting id = fields.get("id");
    Setting at = fields.get("at");
    List<URI> endpoints = at == null ? List.of() : Values.endpoints(at);
    if (id == null && endpoints.isEmpty()) {
      String origin = at == null ? "config" : at.origin();
      throw Setting.invalid(
          Keys.PEERS + "." + name, origin, "says neither who nor where; write id, at or both");
    }
    return new PeerSettings(agentId(id), endpoints);
  }

  private static @Nullable AgentId agentId(@Nullable Setting setting) {
    if (setting == null) {
      return null;
    }
    try {
      return AgentId.parse(Values.text(setting));
    } catch (IllegalArgumentException e) {
      throw setting.invalid("is " + OneLine.of(e.getMessage()) + "; `agentchannel id` prints it");
    }
  }
}
