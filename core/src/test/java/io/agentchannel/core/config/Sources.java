package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.AgentSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sources of a configuration under test; nothing comes from the real environment. */
final class Sources {
  private Map<String, ?> config = Map.of();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, Object> overrides = new LinkedHashMap<>();
  private Set<String> transportKeys = Set.of();

  Sources config(Map<String, ?> values) {
    config = values;
    return this;
  }

  Sources environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Sources builder(String key, Object value) {
    overrides.put(key, value);
    return this;
  }

  Sources transportKeys(String... keys) {
    transportKeys = Set.of(keys);
    return this;
  }

  Settings resolve() {
    AgentSpec spec =
        new AgentSpec(
            AgentConfig.of(config),
            overrides,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null);
    return Settings.resolve(spec, environment, transportKeys);
  }

  /** The message, after checking that it is one line with the right code. */
  String error() {
    AgentException e = catchThrowableOfType(AgentException.class, this::resolve);
    assertThat(e).as("the configuration is refused").isNotNull();
    assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(e.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(e.getMessage()).matches(m -> m.chars().noneMatch(Character::isISOControl));
    return e.getMessage();
  }
}
