package io.agentchannel;

import io.agentchannel.spi.AgentRuntime;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A configuration: dotted keys and their values (texts, numbers, booleans, lists, maps). The keys
 * are listed in the guide; they are checked, with the environment and the builder laid over them,
 * when an agent starts. Immutable.
 */
public final class AgentConfig {
  private static final AgentConfig EMPTY = new AgentConfig(Map.of(), "config");

  private final Map<String, Object> values;
  private final String origin;

  private AgentConfig(Map<String, Object> values, String origin) {
    this.values = values;
    this.origin = origin;
  }

  /** Nothing set: a program that calls others, with an identity of its own in its home. */
  public static AgentConfig empty() {
    return EMPTY;
  }

  /**
   * Reads a YAML file.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if it cannot be read or is not YAML; the
   *     message is one line that says where
   */
  public static AgentConfig load(Path file) {
    return new AgentConfig(copy(AgentRuntime.find().readConfig(file)), file.toString());
  }

  /** Takes dotted keys, {@code "peers.librarian.at"}, or nested maps, or both. */
  public static AgentConfig of(Map<String, ?> values) {
    return new AgentConfig(copy(values), "config");
  }

  /** The same with one key set or replaced. */
  public AgentConfig with(String key, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(values);
    changed.put(key, value);
    return new AgentConfig(Collections.unmodifiableMap(changed), origin);
  }

  /** As given; unmodifiable. */
  public Map<String, Object> values() {
    return values;
  }

  /** Where it came from, for messages: the file's path, or {@code config}. */
  public String origin() {
    return origin;
  }

  /** The keys; never the values, which may be secrets. */
  @Override
  public String toString() {
    return "AgentConfig" + values.keySet();
  }

  private static Map<String, Object> copy(Map<String, ?> values) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
