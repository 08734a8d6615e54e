package io.agentchannel.core;

import io.agentchannel.Agent;
import io.agentchannel.TrustStore;
import io.agentchannel.core.config.YamlFiles;
import io.agentchannel.spi.AgentRuntime;
import io.agentchannel.spi.AgentSpec;
import java.nio.file.Path;
import java.util.Map;

/** The runtime, as the API finds it. */
public final class CoreRuntime implements AgentRuntime {

  @Override
  public Map<String, Object> readConfig(Path file) {
    return YamlFiles.read(file);
  }

  @Override
  public Agent start(AgentSpec spec) {
    return AgentImpl.start(spec, System.getenv());
  }

  @Override
  public TrustStore trust(AgentSpec spec) {
    return TrustStores.open(spec, System.getenv());
  }
}
