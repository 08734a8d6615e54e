package io.agentchannel.spi;

import io.agentchannel.Agent;
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
