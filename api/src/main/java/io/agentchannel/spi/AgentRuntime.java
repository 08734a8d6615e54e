package io.agentchannel.spi;

import io.agentchannel.Agent;
import io.agentchannel.TrustStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The runtime behind the API, found with {@link ServiceLoader}; {@code agentchannel-core} is it.
 */
public interface AgentRuntime {

  /** Reads a YAML file into maps, lists and scalars; checks the syntax only. */
  Map<String, Object> readConfig(Path file);

  Agent start(AgentSpec spec);

  /** The trust of the home that an agent of this description would have; starts nothing. */
  TrustStore trust(AgentSpec spec);

  /**
   * @throws IllegalStateException if there is none on the class path
   */
  static AgentRuntime find() {
    return ServiceLoader.load(AgentRuntime.class, AgentRuntime.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no runtime on the class path: add io.agentchannel:agentchannel-core"));
  }
}
