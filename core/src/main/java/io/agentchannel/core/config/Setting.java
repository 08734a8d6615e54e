package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;

/**
 * One value with its key and where it came from, so that every complaint can name both.
 *
 * @param value a text, number, boolean, duration, list or map; references are expanded
 * @param origin {@code config}, {@code builder}, {@code default} or an environment variable's name
 * @param secret whether a reference was expanded in it: then no message shows it
 */
record Setting(String key, Object value, String origin, boolean secret) {

  /** A part of this value under a key of its own. */
  Setting part(String partKey, Object partValue) {
    return new Setting(partKey, partValue, origin, secret);
  }

  /** The value for a message: quoted, or not shown. */
  String shown() {
    return secret ? "its value" : "'" + OneLine.of(value) + "'";
  }

  AgentException invalid(String problem) {
    return invalid(key, origin, problem);
  }

  static AgentException invalid(String key, String origin, String problem) {
    return new AgentException(
        Code.INVALID_ARGUMENT, Outcome.NOT_SENT, OneLine.of(key) + " (" + origin + "): " + problem);
  }

  /** Key and origin; never the value. */
  @Override
  public String toString() {
    return key + " (" + origin + ")";
  }
}
