package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which keys there are: the agent's own and those of the transports at hand. */
final class Schema {
  static final String PREFIX = "AGENTCHANNEL_";

  /** Variables that are not keys: the home, and what the launcher reads. */
  /** What the launcher and the command line read, or give to the programs that they run. */
  private static final Set<String> NOT_KEYS =
      Set.of(
          AgentHome.VARIABLE,
          PREFIX + "JAVA_OPTS",
          PREFIX + "DEBUG",
          PREFIX + "PEER",
          PREFIX + "OPERATION",
          PREFIX + "EXCHANGE");

  private final Set<String> keys = new LinkedHashSet<>();
  private final Map<String, String> keysByVariable = new LinkedHashMap<>();

  Schema(Set<String> transportKeys) {
    Keys.names().forEach(keys::add);
    keys.addAll(new TreeSet<>(transportKeys));
    keys.forEach(key -> keysByVariable.putIfAbsent(variableOf(key), key));
  }

  boolean isKey(String name) {
    return keys.contains(name);
  }

  /** Whether keys lie below this one, as {@code limits.message} below {@code limits}. */
  boolean isSection(String name) {
    return keys.stream().anyMatch(key -> key.startsWith(name + "."));
  }

  static boolean isVariable(String name) {
    return name.startsWith(PREFIX) && !NOT_KEYS.contains(name);
  }

  /** {@code limits.windowMax} is {@code AGENTCHANNEL_LIMITS_WINDOWMAX}. */
  static String variableOf(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /**
   * @throws AgentException if no key has this variable
   */
  String keyOfVariable(String variable) {
    String key = keysByVariable.get(variable);
    if (key == null) {
      throw Setting.invalid(
          variable,
          "environment",
          "stands for no key" + hint(variable, keysByVariable.keySet(), "; unset it"));
    }
    return key;
  }

  AgentException unknown(String key, String origin) {
    if (isSection(key)) {
      return Setting.invalid(
          key, origin, "takes a map; its keys are " + String.join(", ", below(key)));
    }
    return Setting.invalid(
        key,
        origin,
        "no such key" + hint(key, keys, "; remove it, or add the transport that it belongs to"));
  }

  private Set<String> below(String section) {
    Set<String> below = new LinkedHashSet<>(keys);
    below.removeIf(key -> !key.startsWith(section + "."));
    return below;
  }

  private static String hint(String written, Set<String> known, String otherwise) {
    String suggestion = Suggestions.didYouMean(written, known);
    return suggestion.isEmpty() ? otherwise : suggestion;
  }
}
