package io.agentchannel.core.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which plain clients may call. Immutable.
 *
 * @param tokens bearer token to the principal it stands for; empty unless the mode is TOKENS
 * @param operations what guests may call; empty: everything
 * @param origins the web origins ({@code https://host[:port]}, lower case) whose pages may connect
 */
public record GuestRules(
    Mode mode, Map<String, String> tokens, List<String> operations, List<String> origins) {

  /** Nobody. */
  public static final GuestRules NOBODY = new GuestRules(Mode.NONE, Map.of(), List.of(), List.of());

  public GuestRules {
    tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
    operations = List.copyOf(operations);
    origins = List.copyOf(origins);
  }

  /** Whom to admit. */
  public enum Mode {
    NONE,
    /** Clients on this machine. */
    LOOPBACK,
    /** Whoever the broker lets in. */
    BROKER,
    /** Clients that show a token. */
    TOKENS
  }

  /** Whether guests may call this operation. */
  public boolean serves(String operation) {
    return operations.isEmpty() || operations.contains(operation);
  }

  /** The mode and who has tokens; never a token. */
  @Override
  public String toString() {
    return "GuestRules[" + mode + ", tokens of " + tokens.values() + "]";
  }
}
