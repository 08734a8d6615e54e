package io.agentchannel.cli;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.TrustStore;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A command that looks at, or changes, whom this home trusts; no agent is started. */
abstract class TrustAdminCommand extends AgentCommand {
  private static final String ID_PREFIX = "did:key:";

  TrustAdminCommand(Console console) {
    super(console);
  }

  /** Works on the trust of the home that the configuration means. */
  final <T> T trust(Function<TrustStore, T> work) {
    return trust("cli", work);
  }

  final <T> T trust(String name, Function<TrustStore, T> work) {
    try {
      return work.apply(builder(name).trust());
    } catch (AgentException e) {
      boolean wrong = e.code() == Code.INVALID_ARGUMENT;
      throw CommandFailure.of(
          wrong ? CommandFailure.USAGE : CommandFailure.OWN_FAULT,
          String.valueOf(e.getMessage()).replace("(builder)", "(command line)"),
          e);
    }
  }

  /** An id as it is, or without {@code did:key:}. */
  static AgentId id(String text) {
    try {
      return AgentId.parse(text.startsWith(ID_PREFIX) ? text : ID_PREFIX + text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(text + " is " + e.getMessage());
    }
  }

  /** Operations by name, separated by commas; all without any. */
  static Set<String> operations(List<String> given) {
    Set<String> names = new LinkedHashSet<>();
    for (String one : given) {
      Arrays.stream(one.split(","))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .forEach(names::add);
    }
    return names.isEmpty() ? Set.of(TrustStore.EVERYTHING) : names;
  }

  /** What is allowed, for people. */
  static String shown(List<String> operations) {
    return operations.contains(TrustStore.EVERYTHING)
        ? "everything"
        : String.join(", ", operations);
  }
}
