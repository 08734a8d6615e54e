package io.agentchannel.mqtt;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import java.util.HashMap;
import java.util.Map;

/** Agents as the tests want them: quick to come back and quick to go. */
final class TestAgents {
  private TestAgents() {}

  static AgentBuilder named(String name) {
    return named(name, Map.of());
  }

  static AgentBuilder named(String name, Map<String, ?> config) {
    Map<String, Object> all = new HashMap<>();
    all.put("name", name);
    all.put("identity", "ephemeral");
    all.put("trust.policy", "open");
    all.put("drain", "100ms");
    all.put("reconnect.first", "5ms");
    all.put("reconnect.max", "50ms");
    all.putAll(config);
    return Agent.builder(AgentConfig.of(all));
  }
}
