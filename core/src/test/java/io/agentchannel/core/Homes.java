package io.agentchannel.core;

import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.Handler;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Operation;
import io.agentchannel.TrustStore;
import io.agentchannel.spi.AgentSpec;
import io.agentchannel.spi.AgentSpec.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Agents of several users in one process: each home is a folder of its own. */
final class Homes implements AutoCloseable {
  private final Path folder;
  private final List<Agent> agents = new ArrayList<>();

  Homes(Path folder) {
    this.folder = folder;
  }

  Path of(String user) throws IOException {
    return Files.createDirectories(folder.resolve(user));
  }

  Agent start(String user, Map<String, Object> config, Service... services) throws IOException {
    Map<String, Object> whole = new HashMap<>();
    whole.put("drain", "200ms");
    whole.put("reconnect.first", "5ms");
    whole.put("reconnect.max", "50ms");
    whole.putAll(config);
    Agent agent = AgentImpl.start(spec(whole, services), environment(user));
    agents.add(agent);
    return agent;
  }

  TrustStore trust(String user, Map<String, Object> config) throws IOException {
    return TrustStores.open(spec(config), environment(user));
  }

  TrustStore trust(String user) throws IOException {
    return trust(user, Map.of());
  }

  private Map<String, String> environment(String user) throws IOException {
    return Map.of("AGENTCHANNEL_HOME", of(user).toString());
  }

  private static AgentSpec spec(Map<String, Object> config, Service... services) {
    return new AgentSpec(
        AgentConfig.of(config),
        Map.of(),
        Arrays.asList(services),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null);
  }

  static <Q, R> Service serving(Operation<Q, R> operation, Handler.Unary<Q, R> handler) {
    return new Service(operation, handler, HandlerOptions.pooled());
  }

  @Override
  public void close() {
    agents.forEach(Agent::close);
  }
}
