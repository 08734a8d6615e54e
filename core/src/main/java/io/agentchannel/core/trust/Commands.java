package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands that messages tell people to run. */
final class Commands {
  private static final String ID_PREFIX = "did:key:";
  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9%+=:,./_\\[\\]-]+");

  private Commands() {}

  /** As a message shows it: what follows it is no part of the command. */
  static String quoted(String command) {
    return "`" + command + "`";
  }

  /**
   * @param operation what to allow, or null for everything
   */
  static String approve(AgentId id, @Nullable String operation) {
    String command = "agentchannel trust approve " + id.toString().substring(ID_PREFIX.length());
    return operation == null || !PLAIN_WORD.matcher(operation).matches()
        ? command
        : command + " --ops " + operation;
  }

  static String forget(String pin) {
    boolean plain = PLAIN_WORD.matcher(pin).matches();
    return "agentchannel trust forget " + (plain ? pin : "'" + pin.replace("'", "'\\''") + "'");
  }

  static AgentException denied(String message) {
    return new AgentException(Code.PERMISSION_DENIED, Outcome.NOT_SENT, message);
  }
}
