package io.agentchannel.core.config;

import io.agentchannel.AgentId;
import io.agentchannel.core.OneLine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads {@code trust.allow}: ids, and what each may call. */
final class TrustReader {
  private TrustReader() {}

  static Map<AgentId, Grant> allow(Setting setting) {
    if (!(setting.value() instanceof Map<?, ?> written)) {
      throw setting.invalid("takes a map: {\"did:key:z6Mk…\": [ask], \"did:key:z6Mk…\": \"*\"}");
    }
    Map<AgentId, Grant> allow = new LinkedHashMap<>();
    written.forEach(
        (id, operations) ->
            allow.merge(
                id(setting, id.toString()),
                grant(setting.part(setting.key() + "." + id, operations)),
                Grant::plus));
    return allow;
  }

  private static AgentId id(Setting setting, String text) {
    try {
      return AgentId.parse(text);
    } catch (IllegalArgumentException e) {
      throw setting.invalid(
          "'" + OneLine.of(text) + "' is " + e.getMessage() + "; `agentchannel id` prints it");
    }
  }

  private static Grant grant(Setting setting) {
    Grant grant =
        new Grant(
            Values.items(setting).stream()
                .map(TrustReader::operation)
                .collect(Collectors.toUnmodifiableSet()));
    if (grant.isNothing()) {
      throw setting.invalid("an empty list allows nothing; name operations, or \"*\" for all");
    }
    return grant;
  }

  private static String operation(Setting setting) {
    String text = Values.text(setting);
    if (!Grant.isOperation(text)) {
      throw setting.invalid(setting.shown() + " is not an operation; write its name, or \"*\"");
    }
    return text;
  }
}
