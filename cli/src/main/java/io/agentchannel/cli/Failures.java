package io.agentchannel.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.AgentException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import picocli.CommandLine.ParameterException;

/** Makes one line and an exit code of whatever went wrong. */
final class Failures {
  private static final String DEBUG_VARIABLE = "AGENTCHANNEL_DEBUG";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Failures() {}

  static boolean isDebug(boolean option) {
    String variable = System.getenv(DEBUG_VARIABLE);
    return option || (variable != null && !variable.isEmpty());
  }

  /** Reports a failed command. */
  static int report(Exception failure, Console console, boolean json, boolean debug) {
    if (debug) {
      failure.printStackTrace(console.err());
    }
    if (failure instanceof AgentException e) {
      if (json) {
        console.err().println(toJson(e));
      } else {
        console.say("agentchannel: " + line(e));
      }
      return e.code().exitCode();
    }
    console.say("agentchannel: " + message(failure));
    return failure instanceof CommandFailure own ? own.exitCode() : CommandFailure.OWN_FAULT;
  }

  /** Reports a command line that cannot be read. */
  static int reportUsage(ParameterException failure, Console console) {
    console.say("agentchannel: " + failure.getMessage());
    console.say("see " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return CommandFailure.USAGE;
  }

  static String line(AgentException e) {
    String outcome = e.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return e.getMessage() + " (" + e.code() + ", outcome " + outcome + ")";
  }

  private static String message(Exception failure) {
    if (failure instanceof CommandFailure) {
      return String.valueOf(failure.getMessage());
    }
    if (failure instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (failure instanceof IOException) {
      return String.valueOf(failure.getMessage());
    }
    return "this should not happen; run it with --debug for details: " + failure;
  }

  private static String toJson(AgentException e) {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode error = node.putObject("error");
    error.put("code", e.code().name());
    error.put("outcome", e.outcome().name());
    error.put("message", e.getMessage());
    ObjectNode details = error.putObject("details");
    e.details().forEach(details::put);
    return node.toString();
  }
}
